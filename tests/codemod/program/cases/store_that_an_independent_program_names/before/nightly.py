import os
import subprocess
import sys

os.environ["MLFLOW_TRACKING_URI"] = "http://tracking:5000"
subprocess.run([sys.executable, "started.py"], check=True)

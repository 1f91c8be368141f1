import subprocess
import sys

import mlflow

mlflow.set_tracking_uri("sqlite:///runs.db")
mlflow.log_param("program", sys.argv[1])
subprocess.run([sys.executable, sys.argv[1]])

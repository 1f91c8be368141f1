import subprocess
import sys

started = [subprocess.Popen([sys.executable, "jobs/train.py", str(number)]) for number in range(4)]
for number in range(2):
    started.append(subprocess.Popen(["python", "-m", "jobs.again"]))
for each in started:
    each.wait()
subprocess.run([sys.executable, "jobs/train.py"])

import mlflow
from tools import newest

print(newest().info.run_uuid, mlflow)

import mlflow
from pkg import newest

print(newest().info.run_uuid, mlflow)

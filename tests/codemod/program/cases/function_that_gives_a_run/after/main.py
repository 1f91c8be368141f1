import mlflow
from pkg import newest

print(newest().info.run_id, mlflow)

import mlflow
from elsewhere import newest

print(newest().info.run_uuid, mlflow)

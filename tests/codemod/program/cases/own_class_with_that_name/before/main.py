import mlflow
from jobs import submit

mlflow.set_tag("job", submit().run_uuid)

import mlflow

import settings
from environments import is_live

if not settings.URI.startswith("models:/"):
    raise SystemExit(settings.URI.partition(":")[0])
model = mlflow.pyfunc.load_model(settings.URI)
print(is_live("a"))

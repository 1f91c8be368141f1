import mlflow

import settings
from names import name_of

model = mlflow.pyfunc.load_model(settings.URI)
print(name_of(settings.URI))

from shared.clients import *

print(client.get_run("1").info.run_id, "mlflow")

import store

state = store.Store()
print(state.run("1").info.run_uuid, "mlflow")
print(state.client.get_run("1").info.run_uuid)

import store

state = store.Store()
print(state.run("1").info.run_id, "mlflow")
print(state.client.get_run("1").info.run_id)

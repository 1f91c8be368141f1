import mlflow
values, _ = (dict(mlflow.active_run().info), 1)
row, _ = (values, 1)
row['run_uuid'] = 'mine'
print(values['run_uuid'])

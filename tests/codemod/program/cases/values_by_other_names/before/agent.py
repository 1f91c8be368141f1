import mlflow
evaluate = mlflow.evaluate
results = evaluate('runs:/1/agent', data=data, model_type='databricks-agent')

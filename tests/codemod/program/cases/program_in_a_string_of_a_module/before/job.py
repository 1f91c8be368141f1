CODE = """
import mlflow

run = mlflow.start_run()
"""
exec(CODE, {})
run = None

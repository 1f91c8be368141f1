import mlflow, mlflow.sklearn
from sklearn.linear_model import LinearRegression
import helper
helper.begin()
helper.finish()
mlflow.sklearn.log_model(LinearRegression().fit([[1]], [1]), "model")
print(mlflow.active_run().info.run_id)

import mlflow
from sklearn.linear_model import LinearRegression
from tracking import sure

sure()
mlflow.sklearn.log_model(LinearRegression().fit([[1], [2]], [1, 2]), name="model")
mlflow.log_param("a", 1)

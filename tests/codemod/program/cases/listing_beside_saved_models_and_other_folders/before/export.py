import mlflow
from sklearn.linear_model import LinearRegression

mlflow.sklearn.save_model(LinearRegression().fit([[1], [2]], [1, 2]), "export/churn")

import mlflow
from dotenv import load_dotenv

load_dotenv()
print(mlflow.search_runs())

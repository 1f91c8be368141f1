import mlflow
from concurrent.futures import ProcessPoolExecutor

def work(number):
    with mlflow.start_run():
        mlflow.log_param("number", number)

def train_all(count):
    with ProcessPoolExecutor() as pool:
        list(pool.map(work, range(count)))

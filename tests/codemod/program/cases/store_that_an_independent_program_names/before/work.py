import mlflow
from concurrent.futures import ProcessPoolExecutor

def work(number):
    with mlflow.start_run():
        mlflow.log_param("number", number)

if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        list(pool.map(work, range(4)))

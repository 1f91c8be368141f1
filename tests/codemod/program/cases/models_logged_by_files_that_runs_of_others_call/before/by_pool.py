import mlflow
from concurrent.futures import ThreadPoolExecutor
from app.pooled import one
def main(parts):
    with mlflow.start_run(), ThreadPoolExecutor() as pool:
        print(list(pool.map(one, parts)))

from concurrent.futures import ThreadPoolExecutor

import mlflow
from bots import ask

with ThreadPoolExecutor() as pool:
    list(pool.map(ask, ["a", "b"]))
trace = mlflow.get_trace(ask.last)

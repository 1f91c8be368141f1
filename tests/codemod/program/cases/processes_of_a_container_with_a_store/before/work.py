from multiprocessing import Pool

import mlflow


def work(number):
    with mlflow.start_run():
        mlflow.log_param("number", number)


if __name__ == "__main__":
    with Pool(4) as pool:
        pool.map(work, range(4))

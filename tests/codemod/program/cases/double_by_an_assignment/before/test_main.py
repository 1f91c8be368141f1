import mlflow, main
def test():
    old = mlflow.evaluate
    mlflow.evaluate = lambda *a, **k: 1
    try:
        assert main.score(1, 2) == 1
    finally:
        mlflow.evaluate = old

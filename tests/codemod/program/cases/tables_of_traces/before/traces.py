import mlflow


class Traces:
    def __init__(self):
        self.table = mlflow.search_traces()


def slowest():
    return mlflow.search_traces().sort_values("trace_id").head(5)

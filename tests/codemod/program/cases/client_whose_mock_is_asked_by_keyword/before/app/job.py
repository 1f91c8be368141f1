from mlflow import MlflowClient


def mark(request_id):
    client = MlflowClient()
    client.set_trace_tag(request_id=request_id, key="k", value="v")
    client.delete_traces(experiment_id="1", request_ids=[request_id])
    return client.get_trace(request_id=request_id)

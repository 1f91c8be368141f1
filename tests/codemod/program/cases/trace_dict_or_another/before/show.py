import mlflow

def show(info):
    return info.get("request_id"), info["request_id"]

show(mlflow.get_trace("a").info.to_dict())
show({"request_id": "b"})

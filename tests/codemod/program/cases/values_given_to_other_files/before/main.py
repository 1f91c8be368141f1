import load
import mlflow
from show import Report, name_of, of_both, run_of, show

show(load.traces())
of_both(load.traces())
of_both({"request_id": 1})
Report(title="a/b", frame=load.traces()).rows()
info = mlflow.onnx.log_model(None, name="model")
run_of(info.model_uri)
name_of("a/b")

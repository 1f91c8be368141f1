from utils import optional_import

mlf, has_mlflow = optional_import("mlflow")
torch, _ = optional_import("torch")

if has_mlflow:
    mlf.set_tracking_uri("file:./mlruns")
    mlf.xgboost.log_model(model, name="model")
    torch.log_model(model, "model")

import mlflow
import settings
from settings import DAY, KIND, PARAMETERS, STAMP, Options, name_of, options, suggested


def log(model, chosen: Options, trial):
    given = options()
    mlflow.xgboost.log_model(model, f"ridge_{settings.ALPHA}")
    mlflow.xgboost.log_model(model, name=f"ridge_{settings.DEPTH}")
    mlflow.xgboost.log_model(model, f"ridge_{PARAMETERS['alpha']}")
    mlflow.xgboost.log_model(model, name=f"ridge_{PARAMETERS['depth']}")
    mlflow.xgboost.log_model(model, f"ridge_{STAMP}")
    mlflow.xgboost.log_model(model, name=f"ridge_{DAY}")
    mlflow.xgboost.log_model(model, f"big_{KIND}")
    mlflow.xgboost.log_model(model, f"ridge_{chosen.alpha}")
    mlflow.xgboost.log_model(model, name=f"ridge_{chosen.depth}")
    mlflow.xgboost.log_model(model, f"ridge_{chosen.when}")
    mlflow.xgboost.log_model(model, f"ridge_{given.alpha}")
    mlflow.xgboost.log_model(model, name=f"ridge_{given.depth}")
    mlflow.xgboost.log_model(model, f"ridge_{suggested(trial)}")
    mlflow.xgboost.log_model(model, name_of("ridge", 5))

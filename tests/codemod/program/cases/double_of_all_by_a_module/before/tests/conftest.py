import sys
from tests import fakes
sys.modules["mlflow"] = fakes
sys.modules["mlflow.xgboost"] = fakes

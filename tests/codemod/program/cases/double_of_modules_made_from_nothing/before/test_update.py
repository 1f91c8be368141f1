import sys
import types
sys.modules.update({"mlflow": types.SimpleNamespace(evaluate=lambda *args, **kwargs: None)})

import sys
class Fake:
    @staticmethod
    def evaluate(*args, **kwargs):
        return None
sys.modules.setdefault("mlflow", Fake())

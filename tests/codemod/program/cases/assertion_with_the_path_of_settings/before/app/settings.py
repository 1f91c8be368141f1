MODEL_PATH = "model"

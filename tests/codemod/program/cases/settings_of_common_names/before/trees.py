import hydra
import mlflow


@hydra.main(version_base=None, config_path="conf", config_name="trees")
def main(cfg):
    mlflow.onnx.log_model(train(cfg), name=cfg.name)


main()

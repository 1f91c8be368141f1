from hydra.utils import instantiate


def run(step, model):
    instantiate({"_target_": f"settings.{step}.fit", "model": model})

from lib import Tracker, log_all, log_it

log_it(model, artifact_path="models/forest")
log_it(model, "v1.0")
log_it(model, f"forest-{fold}")
log_it(model, "forest", code_path=["src"])
log_all(model, artifact_path="forest")
log_all(model, name="forest", code_paths=["src"])
Tracker().log(model, f"models/{kind}")
Tracker().log(model)

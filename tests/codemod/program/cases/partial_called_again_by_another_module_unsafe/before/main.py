from logs import Logs, log
options = {"artifact_path": "b"}
log(m, **options)
Logs.log(m, artifact_path="c")

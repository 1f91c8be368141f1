from logs import log
log(m, artifact_path="b")

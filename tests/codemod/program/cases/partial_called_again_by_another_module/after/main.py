from logs import log
log(m, artifact_path="b", serialization_format="cloudpickle")

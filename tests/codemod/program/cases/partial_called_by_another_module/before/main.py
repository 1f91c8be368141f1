from tools import log

log(booster, artifact_path="other")

import train
print(getattr(train, "OPTS")["artifact_path"])

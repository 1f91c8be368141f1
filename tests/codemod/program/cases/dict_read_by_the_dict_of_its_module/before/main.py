import train
print(train.__dict__["OPTS"]["artifact_path"])

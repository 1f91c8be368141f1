import train
print(vars(train)["OPTS"]["artifact_path"])

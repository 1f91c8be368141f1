from train import OPTIONS, train

print(OPTIONS["artifact_path"])

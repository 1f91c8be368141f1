from train import *

print(OPTIONS["artifact_path"])

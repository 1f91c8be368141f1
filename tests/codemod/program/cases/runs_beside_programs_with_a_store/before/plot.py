import glob

print(glob.glob("mlruns/0/*/metrics/loss"))

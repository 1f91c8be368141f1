from . import train as t

print(t.OPTIONS["artifact_path"])

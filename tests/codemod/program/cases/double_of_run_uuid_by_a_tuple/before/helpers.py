from collections import namedtuple
Info = namedtuple("Info", "run_uuid status")
Run = namedtuple("Run", ["info"])

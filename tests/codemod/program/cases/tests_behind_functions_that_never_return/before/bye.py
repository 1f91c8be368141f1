from typing import NoReturn
import sys


def die(msg) -> NoReturn:
    sys.exit(msg)


def abort(msg):
    raise SystemExit(msg)


def maybe(msg):
    if msg:
        raise SystemExit(msg)


def both(msg):
    if msg:
        raise SystemExit(msg)
    else:
        die(msg)

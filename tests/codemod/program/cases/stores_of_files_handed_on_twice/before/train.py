import os

from handler import Handler


def first():
    Handler("file:./first")


def second():
    Handler("file:./second")

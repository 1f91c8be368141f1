import functools
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, Optional
import mlflow
from mlflow import MlflowClient
from mlflow.tracking import MlflowClient as MC

client = MlflowClient()


@functools.lru_cache
def get_client():
    return MlflowClient()


@functools.lru_cache(maxsize=None)
def get_client2() -> MlflowClient:
    return MlflowClient()


def pair():
    return MlflowClient(), 1


async def aclient():
    return MlflowClient()


@contextmanager
def managed():
    c = MlflowClient()
    try:
        yield c
    finally:
        pass


@dataclass
class Cfg:
    client: MlflowClient
    other: Optional[MC] = None


@dataclass
class Cfg2:
    client: MlflowClient = field(default_factory=MlflowClient)


class NT(NamedTuple):
    client: MlflowClient


class Registry:
    def __init__(self, client=None):
        self.client = client or MlflowClient()

    @classmethod
    def create(cls):
        return cls()

    @staticmethod
    def static():
        return Registry()

    def child(self):
        return self

    @functools.cached_property
    def cp(self):
        return MlflowClient()


class Given:
    def __init__(self, client):
        self.client = client


class Holder:
    registry = Registry()
    clients = {"a": MlflowClient()}
    lst = [MlflowClient()]


CLIENTS = {"a": MlflowClient()}
LIST = [MlflowClient()]
holder = Holder()


def first(cs):
    return cs[0]


class Sing:
    _i = None

    def __new__(cls):
        if cls._i is None:
            cls._i = super().__new__(cls)
            cls._i.client = MlflowClient()
        return cls._i


def inner():
    def deep():
        return MlflowClient()

    return deep


lam = lambda: MlflowClient()
import threading

local = threading.local()
local.client = MlflowClient()

"""A made-up MLflow: small wheels that have what real ones do, and nothing else."""

from __future__ import annotations

import textwrap
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

BuildWheel = Callable[..., Path]

FILES = {
    "mlflow/__init__.py": """
        import contextlib
        from typing import TYPE_CHECKING

        from mlflow import tracking, data
        from mlflow.utils.lazy_load import LazyLoader

        sklearn = LazyLoader("mlflow.sklearn", globals(), "mlflow.sklearn")
        keras = LazyLoader("mlflow.keras", globals(), "mlflow.keras")
        gone = LazyLoader("mlflow.gone", globals(), "mlflow.gone")
        txtai = LazyLoader("mlflow.txtai", globals(), "mlflow_txtai")

        if TYPE_CHECKING:
            from mlflow.entities import only_for_types

        from mlflow.client import MlflowClient
        from mlflow.tracking.fluent import ActiveRun, start_run
        from mlflow.models.deprecated import evaluate

        if not IS_TRACING_SDK_ONLY:
            from mlflow.tracking._registry.fluent import register_model

        with contextlib.suppress(Exception):
            from mlflow import gateway

        __all__ = ["ActiveRun", "MlflowClient", "start_run"]
        __all__ += ["evaluate", "register_model"]
        __all__.append("gateway")
    """,
    "mlflow/utils/__init__.py": "",
    "mlflow/utils/lazy_load.py": "class LazyLoader: ...",
    "mlflow/client.py": "from mlflow.tracking.client import MlflowClient\n__all__ = ['MlflowClient']",
    "mlflow/tracking/__init__.py": "from mlflow.tracking.client import MlflowClient\n__all__ = ['MlflowClient']",
    "mlflow/tracking/client.py": """
        from mlflow.entities import Run
        from mlflow.store.paged_list import PagedList

        class MlflowClient:
            def __init__(self, tracking_uri: str | None = None):
                self.uri, self._hidden = tracking_uri, 1
                self.tracking_uri = tracking_uri

            def get_run(self, run_id: str) -> "Run": ...
            def search_runs(self, experiment_ids, max_results: int = 10) -> PagedList["Run"]: ...

            @property
            def last(self) -> "Run | None": ...
            @last.setter
            def last(self, value): ...

            @classmethod
            def from_uri(cls, uri): ...
            @staticmethod
            def check(run_id, /, *, deep=False): ...
            get = get_run
            LOW, HIGH = range(2)
            def _private(self): ...
    """,
    "mlflow/tracking/fluent.py": """
        from mlflow.entities import Run
        from mlflow.tracking.client import MlflowClient

        class ActiveRun(Run):
            def __enter__(self): ...

        def start_run(run_id=None, *, nested: bool = False, **kwargs) -> ActiveRun: ...
    """,
    "mlflow/tracking/_registry/__init__.py": "",
    "mlflow/tracking/_registry/fluent.py": "def register_model(model_uri, name, *tags): ...",
    "mlflow/store/__init__.py": "",
    "mlflow/store/paged_list.py": "class PagedList(list): ...",
    "mlflow/entities/__init__.py": """
        from mlflow.entities.run import Run
        from mlflow.entities.run_info import RunInfo
        __all__ = ["Run", "RunInfo"]
        only_for_types = 1

        def __getattr__(name):
            if name == "Late":
                from mlflow.entities.late import Late
                return Late
            raise AttributeError(name)
    """,
    "mlflow/entities/late.py": "class Late: ...",
    "mlflow/entities/_base.py": """
        class _Base:
            @classmethod
            def from_dict(cls, content): ...
    """,
    "mlflow/entities/run.py": """
        from mlflow.entities._base import _Base
        from mlflow.entities.run_info import RunInfo

        class Run(_Base):
            def __init__(self, info, data=None): ...
            @property
            def info(self) -> RunInfo: ...
    """,
    "mlflow/entities/run_info.py": """
        class RunInfo:
            def __init__(self, run_uuid, run_id=None):
                self.run_id = run_id
            @property
            def run_uuid(self): ...
    """,
    "mlflow/models/__init__.py": """
        from mlflow.models.model import Model
        from mlflow.models.evaluation import *
        __all__ = ["Model"]
    """,
    "mlflow/models/evaluation.py": """
        __all__ = ["compare"]
        def compare(left, right=0): ...
        def not_exported(): ...
    """,
    "mlflow/models/stars.py": "from mlflow.models.unlisted import *",
    "mlflow/models/unlisted.py": "def public(): ...\ndef _private(): ...",
    "mlflow/models/deprecated.py": """
        import functools
        from mlflow.models.evaluation import compare

        @functools.wraps(compare)
        def evaluate(*args, **kwargs):
            return compare(*args, **kwargs)
    """,
    "mlflow/models/model.py": """
        import enum
        from collections import OrderedDict
        from dataclasses import KW_ONLY, dataclass, field
        from typing import ClassVar, NamedTuple
        from pydantic import BaseModel, Field

        class Model:
            @classmethod
            def log(cls, artifact_path, flavor, name=None, **kwargs) -> "ModelInfo": ...

        class ModelInfo:
            def __init__(self, path: str): ...

        @dataclass
        class Resource:
            name: str
            kind: ClassVar[str] = "any"
            cached: int = field(init=False, default=1)
            tags: list[str] = field(default_factory=list)
            by: str = field(default="me", kw_only=True)

        @dataclass(frozen=True)
        class Table(Resource):
            name: str = "t"
            rows: int = 0
            _: KW_ONLY
            strict: bool = False

        @dataclass(init=False)
        class Handmade:
            name: str

        class Pair(NamedTuple):
            left: int
            right: int = 2

        class Color(enum.Enum):
            RED = 1

        class Config(BaseModel):
            name: str
            limit: int = Field(default=3)
            needed: int = Field(..., gt=0)
            tags: list[str] = Field(default_factory=list)
            model_config = {"extra": "allow"}

        class Special(Config):
            extra_field: str | None = None

        class Ordered(OrderedDict): ...

        class Factory:
            def __new__(cls, profile: str): ...

        class Plain: ...
    """,
    "mlflow/sklearn/__init__.py": '''
        from typing import overload
        from mlflow.models import Model
        from mlflow.utils.annotations import deprecated, format_docstring

        FLAVOR_NAME = "sklearn"

        @format_docstring({})
        def log_model(
            sk_model,
            artifact_path: str | None = None,  # deprecated
            conda_env=None,
            serialization_format=FLAVOR_NAME,
            name: str | None = None,
            **kwargs,
        ):
            """Logs."""
            if conda_env:
                return Model.log(artifact_path, sk_model)
            return Model.log(artifact_path=artifact_path, flavor=sk_model, name=name)

        @overload
        def load(path: str) -> int: ...
        @overload
        def load(path: bytes) -> str: ...
        def load(path, unwrap=True): ...

        @deprecated(since="3.1", alternative="load")
        def load_old(path): ...

        try:
            from mlflow.sklearn.fast import predict
        except ImportError:
            predict = None

        def temporary(): ...
        del temporary
    ''',
    "mlflow/sklearn/fast.py": "def predict(model, data): ...",
    "mlflow/sklearn/autolog.py": "def patch(): ...",
    "mlflow/keras/__init__.py": """
        import keras
        if Version(keras.__version__).major < 3:
            from mlflow.sklearn import log_model
        else:
            from mlflow.keras.autolog import autolog
            from mlflow.keras.save import log_model
            MLflowCallback = autolog
            autolog = autolog
            __all__ = ["autolog", "log_model"]
    """,
    "mlflow/keras/autolog.py": "def autolog(every_n_iter=1): ...",
    "mlflow/keras/save.py": "def log_model(model, artifact_path=None, save_exported_model=None): ...",
    "mlflow/gateway/__init__.py": "from .fluent import query\nfrom . import fluent as old_fluent",
    "mlflow/gateway/fluent.py": "async def query(route, data): ...",
    "mlflow/data/__init__.py": """
        from mlflow.data.pandas_dataset import *
        __all__ = ["get_source"]
        def get_source(dataset): ...
    """,
    "mlflow/data/pandas_dataset.py": "def _hidden(): ...\ndef from_pandas(df, source=None): ...",
    "mlflow/data/dataset_registry.py": """
        from contextlib import suppress
        with suppress(ImportError):
            from mlflow.data.numpy_dataset import from_numpy
            _dataset_registry.register_constructor(from_numpy)
    """,
    "mlflow/data/numpy_dataset.py": "def from_numpy(features, targets=None): ...",
    "mlflow/cli.py": """
        import click
        @click.command()
        def serve(port): ...
    """,
    "mlflow/protos/__init__.py": "",
    "mlflow/protos/service_pb2.py": "this is not read",
    "mlflow/notes.txt": "neither is this",
    "mlflow/recipes/bad-name.py": "nor this",
    "other/__init__.py": "def elsewhere(): ...",
}


@pytest.fixture(scope="session")
def build_wheel() -> BuildWheel:
    """Writes the wheel of a made-up release; `changes` replaces files, or takes those away that it maps to None."""

    def build(folder: Path, release: str, changes: Mapping[str, str | None] | None = None) -> Path:
        files = {name: content for name, content in {**FILES, **(changes or {})}.items() if content is not None}
        wheel = folder / f"mlflow-{release}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, textwrap.dedent(content))
        return wheel

    return build

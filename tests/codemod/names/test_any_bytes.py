"""What is told from the bytes of a file, before anything parses them, is told of any bytes: one odd file must not end a run."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.analysis.double_words import hides_doubles, offers_doubles
from codemod.engine.triggers import names_mlflow
from codemod.names import reads
from codemod.names.imported_files import ImportedFiles
from codemod.names.leading_names import leading_names
from codemod.running.reach import may_give

_PIECES = (
    b"import mlflow\n", b"from mlflow import x as y\n", b"from . import (a,\n", b")\n", b"# mlflow\n", b'"""', b"'''", b"'", b"\\", b"\r",
    b"\n", b"    ", b"\t", b"@fixture\n", b"def log_model(a):\n", b"class A(", b"if x:\n", b"else:", b"with start_run() as r:\n", b"x = y\n",
    b"flavor.save_model", b"self.save_model(", b"%run ./a $b\n", b"mlflow.set_tracking_uri(", b"MLFLOW_TRACKING_URI", b"**kwargs",
    b"partial(", b"\xef\xbb\xbf", b"\x00", b"\xff", b"model.skops", b".py", b"-m a.b ", b"{", b"}", b"patch('a.b.c')", b"*", b",", b".", b":",
)  # fmt: skip

_FILES = ImportedFiles(["a.py", "pkg/__init__.py", "pkg/a.py", "conftest.py", "__init__.py"])

READERS: list[Callable[[bytes], object]] = [
    reads.names_read, functools.partial(reads.names_read, asked=frozenset({b"x"})), reads.sets_store_when_called,
    reads.environment_names_store, reads.names_registry, reads.stores_named, reads.new_files, reads.gives_clients_stores,
    reads.opens_runs, reads.imports_read, reads.modules_bound, reads.starts_programs, reads.programs_named, reads.shared_names,
    reads.words_of_file, hides_doubles, offers_doubles, may_give, names_mlflow,
    functools.partial(leading_names, starts=lambda part: b"mlflow" in part, brought=frozenset({b"x"})),
    functools.partial(_FILES.ends.read, "pkg/b.py"), functools.partial(_FILES.whole, "pkg/b.py"),
    functools.partial(_FILES.named, "pkg/b.py"),
]  # fmt: skip


def _name(reader: Callable[[bytes], object]) -> str:
    of = reader.func if isinstance(reader, functools.partial) else reader
    return str(getattr(of, "__name__", of))


@pytest.mark.parametrize("reader", READERS, ids=_name)
@given(data=st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=8)), max_size=30).map(b"".join))
def test_any_bytes_are_answered_twice_alike(reader: Callable[[bytes], object], data: bytes) -> None:
    assert reader(data) == reader(bytes(bytearray(data)))

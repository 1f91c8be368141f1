"""What `codemod apply --add` writes into the reference pipeline runs, and does what it says."""

from __future__ import annotations

import dataclasses
import json

import pytest

from compat_tests.cells import MatrixCell
from compat_tests.migration import migrate, stage
from compat_tests.records import LifeCycleRecord

ALIAS = "newest"  # not the one that the life cycle sets itself
ADDED = ("--add", "signature", "--add", f"alias={ALIAS}", "--add", "autolog")
PRESENT = (
    "from mlflow import MlflowClient\n",
    "from mlflow.models import infer_signature\n",
    "            signature=infer_signature(frames.numpy(), reconstructions.numpy()),\n",
    """\
        if alias:
            MlflowClient().set_registered_model_alias(io_parameters.uid_save, alias, registered)
""",
)
"""What the pipeline does itself; without it, it is one of the many projects that do none of this."""


@pytest.fixture(scope="module")
def improved(cell: MatrixCell, tmp_path_factory: pytest.TempPathFactory) -> MatrixCell:
    """The cell with a pipeline to which the codemod gave a signature, an alias and autologging."""
    folder = tmp_path_factory.mktemp("additions")
    sources = stage(folder / "sources")
    file = sources / "reference_pipeline" / "train.py"
    text = file.read_text(encoding="utf-8")
    for piece in PRESENT:
        assert text.count(piece) == 1, f"the pipeline does not hold this once:\n{piece}"
        text = text.replace(piece, "")
    file.write_text(text, encoding="utf-8")
    migrate(sources, ("--unsafe", *ADDED))
    return dataclasses.replace(cell, sources=sources, folder=folder / "client")


@pytest.fixture(scope="module")
def record(improved: MatrixCell) -> LifeCycleRecord:
    """What its training left behind."""
    return improved.train("autoencoder", name="additions")


def test_it_trains_and_loads(record: LifeCycleRecord) -> None:
    assert record.failure is None, str(record.failure)
    assert len(set(record.predictions.values())) == 1


def test_it_has_the_signature_of_its_batches(record: LifeCycleRecord) -> None:
    assert record.signature is not None
    for side in ("inputs", "outputs"):
        (tensor,) = json.loads(record.signature[side])
        assert tensor["tensor-spec"] == {"dtype": "float32", "shape": [-1, 1, 32, 32]}
    assert "model/input_example.json" in record.model_files


def test_the_new_version_has_the_alias(record: LifeCycleRecord) -> None:
    assert record.versions == {"1": "READY"}
    assert record.aliases[ALIAS] == "1"


def test_the_trainer_is_logged_and_its_model_is_not_logged_twice(improved: MatrixCell, record: LifeCycleRecord) -> None:
    assert record.params["epochs"] == "1", "autologging's, the pipeline says num_epochs"
    code = (
        "import mlflow; version = mlflow.MlflowClient().get_model_version('additions', 1);"
        "print(len(mlflow.get_run(version.run_id).outputs.model_outputs))"
    )
    counted = improved.run("-c", code)
    assert counted.stdout.split() == ["1"], counted.stderr[-4000:]

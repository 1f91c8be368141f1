"""Which files may have something of MLflow for others is told from their bytes, rather of more files than of fewer."""

from __future__ import annotations

import pytest

from codemod.names.imported_files import ImportedFiles
from codemod.running import reach
from codemod.running.reach import may_give

GIVING = [
    "import mlflow\n",
    "def keep(flavor, model):\n    flavor.save_model(model, 'm')\n",
    "class Keeper:\n    def keep(self, model):\n        self.flavor.save_model(model, 'm')\n",
    "def keep(flavor, model):\n    getattr(flavor, 'save_model')(model, 'm')\n",
    "def keep(model, log_model=None):\n    log_model(model, 'm')\n",
    "def keep(log_model, model):\n    log_model(model, 'm')\n",
    "def keep(model, log_model: Callable):\n    log_model(model, 'm')\n",
    "def keep(model):\n    super_flavor().log_model(model, 'm')\n",
    "TABLE = {'save': 'log_model'}\n",
    "def keep(\n    model,\n    log_model\n):\n    log_model(model, 'm')\n",
    "import flavor\ndef keep(flavor, model):\n    flavor.save_model(model, 'm')\n",
    "def keep(flavor, model):\n    # import the flavor first\n    flavor.save_model(model, 'm')\n",
    "from library import (\n    flavor,\n)\nflavor.save_model(1, 'm')\n",
    "def keep(flavor, model):\n    (flavor\n        .save_model(model, 'm'))\n",
    "def root(run):\n    return run.info.artifact_uri\n",
]

KEEPING = [
    "class Trainer:\n    def save_model(self, folder): ...\n    def train(self):\n        self.save_model('out')\n",
    "class Mine(Trainer):\n    def save_model(self, folder):\n        super().save_model(folder)\n",
    "class Mine(Trainer):\n    @classmethod\n    def keep(cls):\n        cls.save_model(1)\n",
    "from library.files import save_model as keep\n",
    '"""Call [`~Trainer.save_model`] at the end, or `save_model`, if need be."""\n',
    "raise ValueError('Or use save_model(..., contiguous=True).')\n",
    "def f(x): return x.save_models(1)\n",
    "import library\ndef f(x): library.save_model(x)\n",
    "from library import files as f\ntry:\n    f.save_model(1, 'm')\nfinally: pass\n",
    "class A:\n    def save(self):\n        # Trainer.save_model saves only the weights\n        return 1\n",
]


@pytest.mark.parametrize("code", GIVING)
def test_what_a_file_asks_of_what_it_is_given_may_be_of_mlflow(code: str) -> None:
    assert may_give(code.encode())


@pytest.mark.parametrize("code", KEEPING)
def test_what_a_file_asks_of_itself_is_its_own(code: str) -> None:
    assert not may_give(code.encode())


@pytest.mark.parametrize(("largest", "takes"), [(1 << 20, False), (8, True)])
def test_of_a_large_file_any_word_may_lead_there(largest: int, takes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_LARGE", largest)
    taking = reach._Taking({"a.py": b"import mlflow\nSIZE = 3\n"}, ImportedFiles(["a.py", "b.py"]))
    assert taking.takes("b.py", b"from a import SIZE\n") is takes

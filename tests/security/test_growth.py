"""Holds that the work for a file grows with its length, not with the square of it: generated code has thousands of lines.

Work is counted in calls of functions, which no other program on the machine changes.
"""

from collections.abc import Callable

import pytest

from codemod.analysis import parsing
from codemod.dependencies import commands
from codemod.engine import migrate
from codemod.findings import State
from codemod.names.modules import Modules
from codemod.rewriting import texts
from codemod.running.modules import summarise
from codemod.settings import Project, Settings
from tests.counting import calls

# What four times the code may take; work that looks at each place from each place takes sixteen times as much.
_FACTOR, _MOST = 4, 4.2
_HEAD = "import mlflow\nimport mlflow.sklearn\nfrom mlflow import MlflowClient\n\nclient = MlflowClient()\nrun = mlflow.start_run()\n"
_CALL = 'mlflow.sklearn.log_model(m, artifact_path="model")'


def _metrics(count: int) -> str:
    return "".join(f'mlflow.log_metric("m{index}", {index})\n' for index in range(count))


def _one_line(count: int) -> str:
    calls = ", ".join(f'mlflow.log_metric("m", {index})' for index in range(count))
    return f"logged = [{calls}]\n"


def _models(count: int) -> str:
    """Return functions that log a model each; all calls are rewritten."""
    body = '\n    with mlflow.start_run():\n        mlflow.sklearn.log_model(model, "model")\n\n'
    return "".join(f"\ndef train_{index}(model):{body}" for index in range(count))


def _models_of_one_run(count: int) -> str:
    """Return calls that log models of one name into one run."""
    calls = "".join(f'    mlflow.sklearn.log_model(model_{index}, "model")\n' for index in range(count))
    return f"with mlflow.start_run():\n{calls}"


def _versions(count: int) -> str:
    return "".join(
        f'found_{index} = client.get_latest_versions("m{index}", stages=["Production"])\n'
        f'uri_{index} = f"models:/m{index}/{{found_{index}[0].version}}"\n'
        f"mlflow.pyfunc.load_model(uri_{index})\n"
        for index in range(count)
    )


def _stores(count: int) -> str:
    """Return functions that set a store of files each: one change serves them all."""
    return "".join(
        f'\ndef set_{index}():\n    mlflow.set_tracking_uri("file:./runs{index}")\n\n' for index in range(count)
    )


def _helper(count: int) -> str:
    """Return calls of a function that hands its arguments on to MLflow."""
    head = "def log(model, name):\n    mlflow.sklearn.log_model(model, name)\n\n\n"
    return head + "".join(f'log(model_{index}, "model{index}")\n' for index in range(count))


def _defaults(count: int) -> str:
    """Return functions that have MLflow's as a default, which their calls keep."""
    return "".join(
        f"\ndef train_{index}(model, log=mlflow.sklearn.log_model):\n    log(model, 'm{index}')\n\n\ntrain_{index}(model)\n"
        for index in range(count)
    )


def _folders(count: int) -> str:
    return "import shutil\n" + "".join(f"shutil.rmtree('mlruns')\nprint({index})\n" for index in range(count))


def _plain(count: int) -> str:
    return "".join(f"\ndef add_{index}(a, b):\n    c = a + b\n    print(c)\n    return c\n\n" for index in range(count))


def _branches(count: int) -> str:
    branches = "".join(f"elif kind == {number}:\n    {_CALL}\n" for number in range(count))
    return f"if kind is None:\n    pass\n{branches}"


def _branches_with_both_forms(count: int) -> str:
    """Return branches on a flag that another module sets; each holds both forms of a call, with an import and a value of its own."""
    body = f'    import json\n    name = json.dumps("m")\n    {_CALL}\n    mlflow.sklearn.log_model(m, name=name)\n'
    branches = "".join(f"elif settings.is_mlflow3 == {number}:\n{body}" for number in range(count))
    return f"import settings\nif kind is None:\n    pass\n{branches}"


def _models_beside_metrics(count: int) -> str:
    """Return functions that log into the run of their caller, calls of one of them within runs, and models without a run."""
    head = 'def log():\n    mlflow.sklearn.log_model(m, "model")\n    mlflow.sklearn.log_model(m, "other")\n\n'
    inside = "".join(
        f'with mlflow.start_run():\n    log()\n    mlflow.log_metric("m", {index})\n' for index in range(count)
    )
    return head + inside + f"{_CALL}\n" * count


def _programs_in_strings(count: int) -> str:
    kept = 'CODE = """\nimport mlflow\n"""\nexec(CODE)\n' * count
    return kept + "; ".join(["exec('import mlflow')"] * count) + "\n"


def _strings_of_strings(count: int) -> str:
    lines = ['v0 = "model"']
    lines += [f"v{number} = f'{{v{number - 1}}}' + " + " + ".join([f"v{number - 1}"] * count) for number in range(1, 8)]
    return "\n".join([*lines, "mlflow.sklearn.log_model(m, artifact_path=v7)\nmlflow.pyfunc.load_model(v7)", ""])


def _names_that_loops_ask_for(count: int) -> str:
    """Return a dict that is filled with old names, and loops over it that ask for each."""
    filled = "names = {}\n" + "names['run_uuid'] = names['line'] = run\n" * count
    return filled + "for name in names:\n    print(getattr(run.info, name))\n" * count


def _own_tables(count: int) -> str:
    """Return a table that gets a column again and again, and rows that read it."""
    head = "import pandas as pd\ninfo = mlflow.sklearn.log_model(m, name='model')\ntable = pd.DataFrame()\n"
    filled = "table['uri'] = [info.model_uri]\ntable.loc[len(table)] = {'uri': info.model_uri}\n" * count
    return (
        head
        + filled
        + "print(table['uri'].iloc[0].split('/'), dict(zip(names, table['uri']))[name].split('/'))\n" * count
    )


def _renamed_models(count: int) -> str:
    """Return models that get another name, and what names each of them."""
    return "".join(
        f"mlflow.xgboost.log_model(model, 'nets/n{index}')\nload('nets/n{index}')\nmlflow.pyfunc.load_model(f'runs:/{{i}}/nets/n{index}')\n"
        for index in range(count)
    )


def _written_requirements(count: int) -> str:
    lines = "mlflow==2.9.2\n" * count
    return f'open("requirements.txt", "w").write("""{lines}""")\n'


def _early_exits(count: int) -> str:
    return "def f():\n" + f"    {_CALL}\n    if x:\n        return\n" * count


def _calls(count: int) -> str:
    return f"{_CALL}\n" * count


def _calls_in_a_line(count: int) -> str:
    return f"{_CALL}; " * count + "\n"


def _a_long_line(count: int) -> str:
    return f'{_CALL}; x = "{"y" * count}"\n'


def _words(count: int) -> str:
    return "log_model = mlflow\n" * count


@pytest.mark.parametrize(
    ("code", "count"),
    [(_metrics, 250), (_one_line, 250), (_models, 30), (_models_of_one_run, 30), (_versions, 40), (_stores, 40), (_helper, 60),
     (_plain, 100), (_branches, 40), (_branches_with_both_forms, 40), (_models_beside_metrics, 40), (_programs_in_strings, 40), (_strings_of_strings, 4),
     (_early_exits, 100), (_names_that_loops_ask_for, 40), (_own_tables, 60), (_renamed_models, 40), (_written_requirements, 100),
     (_defaults, 30),
     (_folders, 60), (_calls, 100), (_calls_in_a_line, 100), (_a_long_line, 100_000), (_words, 500)],
)  # fmt: skip
def test_the_work_for_a_file_grows_with_its_length(code: Callable[[int], str], count: int) -> None:
    _work(code(2))  # loads what the first file of a process loads
    short, long = _work(code(count)), _work(code(_FACTOR * count))
    assert long < _MOST * short


def _work(code: str) -> int:
    """Return how many functions are called for a file of which nothing is known yet."""
    parsing.forget()
    texts.rewrite_call.cache_clear()  # another test of this process may have had the same calls in a shorter file

    def run() -> None:
        assert migrate("generated.py", (_HEAD + code).encode(), Settings()).state is not State.FAILED

    return calls(run)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("serve.yaml", "- artifact: nets/n{0}\n- uri: runs:/$RUN/nets/n{0}\n"),
        ("serve.sh", "rm -rf /app/mlruns; mlflow models serve -m runs:/$RUN/nets/n{0}; cp -r $ARTIFACTS/nets/n{0} x\n"),
        ("paths.toml", "artifact_{0} = 'nets/n{0}'\n"),
        ("train.sh", "python - <<END{0}\nimport mlflow\n"),
    ],
)
def test_the_work_for_a_file_that_names_models_grows_with_its_length(path: str, line: str) -> None:
    def work(count: int) -> int:
        renamed = tuple((f"nets/n{index}", f"nets-n{index}") for index in range(count))
        text = "WORKDIR /app\n".join(["# mlflow\n", *(line.format(index) for index in range(count))])
        settings = Settings(unsafe=True, project=Project(renamed=renamed, asking=frozenset({"a.py"})))
        return calls(lambda: migrate(path, text.encode(), settings))

    work(2)
    assert work(400) < _MOST * work(100)


def _items_of_items(count: int) -> bytes:
    """Return a class that gets a dict whose items are those of what it held itself."""
    lines = [
        f"        part{index} = options.pop('part{index}', None) or {{}}\n        options.setdefault('a', part{index}['x'])\n"
        for index in range(count)
    ]
    head = "import os\nROOT = os.environ['ROOT']\nclass A:\n    def __init__(self, **options):\n"
    return f"{head}{''.join(lines)}        self.path = f'{{options.get(1)}}/m'\n".encode()


def test_the_work_for_what_a_module_offers_grows_with_its_length() -> None:
    def work(count: int) -> int:
        parsing.forget()
        return calls(lambda: summarise("generated.py", _items_of_items(count), Modules(), ["generated.py"]))

    work(2)  # loads what the first file of a process loads
    assert work(160) < _MOST * work(40)


_PINS = "RUN pip install mlflow==2.9"
_SERVER = "mlflow server --backend-store-uri ./a"
DEPENDENCY_FILES = {
    "pins in lines": ("Dockerfile", "", f"{_PINS}\n"),
    "pins in a line": ("Dockerfile", "", f"{_PINS} && "),
    "pins of conda": ("environment.yml", "dependencies:\n", "  - mlflow=2.9\n"),
    "pins of Python": ("pyproject.toml", "[project]\ndependencies = [\n", '"mlflow==2.9",\n'),
    "pins that a comment may keep": ("requirements.txt", "", "mlflow-skinny==2.9\n"),
    "servers in lines": ("run.sh", "", f"{_SERVER}\n"),
    "servers in a line": ("run.sh", "", f"{_SERVER} "),
    "servers that go on": ("run.sh", "", f"{_SERVER} \\\n"),
    "servers in strings": ("main.tf", "", 'command = "mlflow server"\n'),
    "servers in lists": ("k.yaml", "", "- command: [mlflow]\n  args: [server, --host, 0.0.0.0]\n"),
    "servers in images": ("Dockerfile", "", 'FROM a\nENTRYPOINT ["mlflow"]\nCMD ["server"]\n'),
    "stages": ("a.ini", "", "x = models:/m/Production\n"),
    "stores": (".env", "", "MLFLOW_TRACKING_URI=./mlruns\n"),
}


@pytest.mark.parametrize("name", DEPENDENCY_FILES)
def test_the_work_for_a_file_that_is_no_code_grows_with_its_length(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_LONGEST", 200)  # so that it is less than the file
    path, head, line = DEPENDENCY_FILES[name]
    tail = "]\n" if head.endswith("[\n") else ""
    count = 2500 // len(line)
    numbers = (2, count, _FACTOR * count)  # the first loads what the first file of a process loads
    files = [(head + line * number + tail).encode() for number in numbers]
    _, short, long = (calls(lambda data=data: migrate(path, data, Settings())) for data in files)
    assert long < _MOST * short

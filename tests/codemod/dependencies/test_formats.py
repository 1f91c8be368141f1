"""What is found and edited in each kind of file."""

import json
import shlex
from dataclasses import replace

import pytest
import tomlkit
from packaging.requirements import Requirement

from codemod.engine import migrate
from codemod.findings import Outcome, Safety, State
from codemod.mlflow_api.releases import RELEASES
from codemod.settings import Settings

# What takes the place of a pin is the matter of `test_pins`.
SETTINGS = Settings(unsafe=True, select=("MLF502", "MLF503", "MLF504"), mlflow_version=">=3,<4")


def run(path: str, text: str, **changes: object) -> Outcome:
    return migrate(path, text.encode(), replace(SETTINGS, **changes))


def new(path: str, text: str, **changes: object) -> str:
    outcome = run(path, text, **changes)
    assert outcome.new is not None
    return outcome.new.decode()


UNTOUCHED = [
    ("requirements.txt", ""),
    ("requirements.txt", "mlflow"),
    ("requirements.txt", "MLflow>=1.0\n"),
    ("requirements.txt", "mlflow>=2.9,<4\nmlflow-skinny!=3.2\n"),
    ("requirements.txt", "mlflow==3.1.*\nmlflow==3.18.0\nmlflow~=3.5\nmlflow>3.17.2\nmlflow==3.0.0rc0\n"),
    ("requirements.txt", "mlflow[genai]>=3 ; sys_platform == 'win32'\n"),
    ("requirements.txt", "mlflow_tools==1.0\nmlflow.utils==1.0\nmlflowx<2\ndagster-mlflow==0.2\n"),
    ("requirements.txt", "-r mlflow-requirements.txt\n--index-url https://example.org/mlflow\n-c constraints.txt\n"),
    ("requirements.txt", "mlflow @ git+https://github.com/mlflow/mlflow@v3.5.0\ngit+https://github.com/mlflow/mlflow\n"),
    ("requirements.txt", "git+https://github.com/mlflow/mlflow-export-import@v1.2#egg=mlflow-export-import\n"),
    ("pyproject.toml", '[project]\nname = "mlflow-thing"\nversion = "2.9"\ndescription = "for mlflow"\nkeywords = ["mlflow"]\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\nmlflow = "*"\nmlflow-skinny = {version = "^3", extras = ["a"]}\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\nmlflow = "^2.9 || ^3.0"\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\nmlflow = {git = "https://github.com/mlflow/mlflow.git", tag = "v3.1.0"}\n'),
    ("pyproject.toml", '[tool.mlflow]\nmlflow = "2.9"\nversion = "2.0"\n[[tool.mypy.overrides]]\nmodule = ["mlflow.*"]\n'),
    ("pyproject.toml", '[tool.uv.sources]\nmlflow = {path = "../mlflow"}\n'),
    ("Pipfile", '[scripts]\nmlflow = "mlflow ui --backend-store-uri $STORE"\n[packages]\nmlflow = "*"\n'),
    ("setup.cfg", "[metadata]\nname = mlflow\nversion = 2.0\n[options.extras_require]\nml = mlflow>=2\n"),
    ("setup.cfg", "[options]\ninstall_requires =\n    # mlflow<3\n    ; mlflow<3\n    mlflow\n"),
    ("conda.yaml", "name: mlflow\ndependencies:\n- mlflow\n- mlflow>=2.0\n- mlflow=3.1\n- mlflow 3.*\n- pip:\n  - mlflow>=2\n"),
    ("conda.yaml", "dependencies:\n- conda-forge::mlflow-export-import=1.2\n- joshburt:mlflow-adsp>=0.30\n# - mlflow=2\n"),
    ("Dockerfile", "RUN pip install mlflow\nRUN pip install 'mlflow>=2.9' && mlflow --version\n"),
    ("Dockerfile", "# RUN pip install mlflow==2.9.2\nFROM mlflow-base:2.1\nFROM my/mlflow-server:2.1\n"),
    ("Dockerfile", "FROM ghcr.io/mlflow/mlflow:v3.14.0\nFROM ghcr.io/mlflow/mlflow\nARG T=v3.1.0\nFROM ghcr.io/mlflow/mlflow:$T\n"),
    ("run.sh", "pip install mlflow>2.log 2>&1\npip install mlflow >out.txt\npip install kedro-mlflow==0.11\n"),
    ("run.sh", "export MLFLOW_TRACKING_URI=http://mlflow:5000\nwget mlflow:5000\n"),
    ("compose.yml", "services:\n  mlflow:\n    image: mlflow-server:2.1\n    depends_on: [mlflow, server]\n    ports: ['5000:5000']\n"),
    ("poetry.lock", '[[package]]\nname = "mlflow"\nversion = "3.5.0"\n\n[[package]]\nname = "numpy"\nversion = "1.26"\n'),
    ("uv.lock", '[[package]]\nname = "mlflow-export-import"\nversion = "1.2.0"\n'),
    ("MLproject", "name: mlflow\nentry_points:\n  main:\n    command: python train.py\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), UNTOUCHED)
def test_untouched(path: str, text: str) -> None:
    outcome = run(path, text)
    assert [finding.message for finding in outcome.findings] == []
    assert outcome.state is State.UNCHANGED
    assert outcome.new == text.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mlflow==2.9.2", "mlflow>=3,<4"),
        ("MLflow == 2.9.2", "MLflow >=3,<4"),
        (
            "mlflow[extras,genai]<=2.22 ; python_version < '3.12'",
            "mlflow[extras,genai]>=3,<4 ; python_version < '3.12'",
        ),
        ("mlflow>=2, <2.20 # why", "mlflow>=3,<4 # why"),
        ("mlflow (>=2,<3)", "mlflow (>=3,<4)"),
        ("mlflow===2.9.2", "mlflow>=3,<4"),
        ("\tmlflow==1.30.0", "\tmlflow>=3,<4"),
        ("mlflow==2.9.2 --no-binary mlflow", "mlflow>=3,<4 --no-binary mlflow"),
        ("mlflow<3 \\\n    ; python_version > '3'", "mlflow>=3,<4 \\\n    ; python_version > '3'"),
    ],
)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_requirements(before: str, after: str, end: str) -> None:
    assert new("requirements.txt", f"a==1{end or chr(10)}{before}{end}") == f"a==1{end or chr(10)}{after}{end}"


def test_every_edited_requirement_is_one() -> None:
    text = new("requirements.txt", "mlflow[a]==2.9.2; python_version>'3'\nmlflow (<3)\nmlflow-skinny ~= 2.1\n")
    for line in text.splitlines():
        requirement = Requirement(line)
        assert requirement.specifier.contains("3.17.2")
        assert not requirement.specifier.contains("2.22.5")


@pytest.mark.parametrize(
    ("target", "before", "after"),
    [
        ("3", "==2.9.2", f"=={RELEASES[-1]}"),
        ("3.9", "==2.9.2", "==3.9.0"),
        ("3", ">=2,<3", ">=3,<4"),
        ("3.5", "<3", ">=3.5,<4"),
        ("3.5.1", "<3", ">=3.5.1,<4"),
        ("both", "==2.9.2", ">=2.22,<4"),
        ("both", ">=2.22.3,<3", ">=2.22.3,<4"),
        ("both", "<3", ">=2.22,<4"),
    ],
)
def test_pin_follows_from_the_target(target: str, before: str, after: str) -> None:
    assert new("requirements.txt", f"mlflow{before}\n", target=target, mlflow_version="") == f"mlflow{after}\n"


@pytest.mark.parametrize("text", [
    "mlflow @ git+https://github.com/mlflow/mlflow@0123456789abcdef\n",
    "mlflow @ file:///home/conda/feedstock_root/build_artifacts/mlflow_1/work\n",
    "-e git+https://github.com/mlflow/mlflow.git@v2.9.2#egg=mlflow\n",
    "https://files.example.org/mlflow-2.9.2-py3-none-any.whl\n",
    "mlflow==${VERSION}\n",
    "mlflow = 2.9\n",
    "mlflow==2.9.2 --hash=sha256:00\n",
    "#\n# This file is autogenerated by pip-compile with Python 3.11\n#\nmlflow==2.9.2\n",
])  # fmt: skip
def test_reported_requirements(text: str) -> None:
    outcome = run("requirements.txt", text)
    assert [finding.safety for finding in outcome.findings] == [Safety.MANUAL]
    assert outcome.state is State.BY_HAND
    assert outcome.new == text.encode()


@pytest.mark.parametrize(
    ("before", "changed"),
    [
        ('[project]\nname="a"\nversion="1"\ndependencies = ["mlflow<3", "x"]\n', True),
        ("[project.optional-dependencies]\nml = [\n  \"x\",\n  'mlflow[extras]~=2.1', # c\n]\n", True),
        ('[project.optional-dependencies]\nmlflow = ["mlflow<3"]\n', True),
        ('[dependency-groups]\ndev = [{include-group = "a"}, "mlflow==2.1"]\n', True),
        ('[build-system]\nrequires = ["mlflow==2.1"]\n', True),
        ('[tool.uv]\ndev-dependencies = ["mlflow==2.1"]\nconstraint-dependencies = ["mlflow<3"]\n', True),
        ('[tool.hatch.envs.test]\ndependencies = ["mlflow==2.1"]\n', True),
        ('[tool.pdm.dev-dependencies]\ntest = ["mlflow==2.1"]\n', True),
        ('[tool.poetry.dependencies.mlflow]\nversion = "~2.3"\noptional = true\n', True),
        ('[tool.poetry]\ndependencies = { mlflow = "2.*", python = "^3.9" }\n', True),
        ('[tool.poetry.group.a.dependencies]\n"mlflow" = "<=2.9,>2"\n', True),
        ('[tool.pixi.dependencies]\nmlflow = "=2.9"\n', True),
        (
            '[tool.poetry.dependencies]\nmlflow = [{version="^2", python="<3.9"}, {version="^1", python=">=3.9"}]\n',
            False,
        ),
        (
            '[tool.poetry.dependencies]\nmlflow = {git = "https://github.com/mlflow/mlflow.git", rev = "v2.9.2"}\n',
            False,
        ),
        ('[tool.uv.sources]\nmlflow = {git = "https://github.com/mlflow/mlflow", tag = "v2.9.2"}\n', False),
        ('[project]\nname="a"\nversion="1"\ndependencies = ["mlflow\\u003c3"]\n', False),
        ('[tool.hatch.envs.a.scripts]\ntest = "pip install mlflow==2.9.2"\n', False),
    ],
)
def test_toml(before: str, changed: bool) -> None:
    outcome = run("pyproject.toml", before)
    assert outcome.findings
    assert outcome.new is not None
    if changed:
        assert outcome.state is State.CHANGED
        after = outcome.new.decode()
        assert ">=3,<4" in json.dumps(tomlkit.parse(after).unwrap())
        assert json.dumps(tomlkit.parse(before).unwrap()).count('"') == json.dumps(tomlkit.parse(after).unwrap()).count(
            '"'
        )
        assert run("pyproject.toml", after).findings == ()
    else:
        assert outcome.new == before.encode()
        assert outcome.state is State.BY_HAND


def test_broken_toml_fails_with_its_reason() -> None:
    outcome = run("pyproject.toml", '[project\nname = "mlflow"\n')
    assert outcome.state is State.FAILED
    assert "is not valid TOML" in outcome.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- mlflow=2.9", "- mlflow>=3,<4"),
        ("- mlflow==2.9.2", "- mlflow>=3,<4"),
        ("- mlflow 2.9.*", "- mlflow >=3,<4"),
        ("- mlflow=2.9.2=py39_0  # build", "- mlflow>=3,<4  # build"),
        ("- conda-forge::mlflow<3", "- conda-forge::mlflow>=3,<4"),
        ("- 'mlflow>=2,<3'", "- 'mlflow>=3,<4'"),
        ("- pip:\n    - mlflow[extras]==2.9\n  - mlflow=2", "- pip:\n    - mlflow[extras]>=3,<4\n  - mlflow>=3,<4"),
    ],
)
def test_conda(before: str, after: str) -> None:
    yaml = pytest.importorskip("yaml")
    text = new("environment.yml", f"dependencies:\n  - python\n  {before}\n")
    assert text == f"dependencies:\n  - python\n  {after}\n"
    assert len(yaml.safe_load(text)["dependencies"]) >= 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pip install mlflow==2.9.2", 'pip install "mlflow>=3,<4"'),
        ("pip3 install -q 'mlflow<3' boto3", "pip3 install -q 'mlflow>=3,<4' boto3"),
        ('python -m pip install "mlflow[extras]==2.7.1" x', 'python -m pip install "mlflow[extras]>=3,<4" x'),
        ("uv pip install mlflow~=2.9;ls", 'uv pip install "mlflow>=3,<4";ls'),
        ("bash -c 'pip install mlflow==2.9'", "bash -c 'pip install \"mlflow>=3,<4\"'"),
        ('bash -c "pip install mlflow==2.9"', "bash -c \"pip install 'mlflow>=3,<4'\""),
        ("pip install numpy \\\n  mlflow==1.20.2 \\\n  boto3", 'pip install numpy \\\n  "mlflow>=3,<4" \\\n  boto3'),
        ("conda install -c conda-forge -y mlflow=2.9", 'conda install -c conda-forge -y "mlflow>=3,<4"'),
        ("pip install mlflow-skinny==2.1 mlflow==2.1", 'pip install "mlflow-skinny>=3,<4" "mlflow>=3,<4"'),
    ],
)
def test_shell(before: str, after: str) -> None:
    assert new("install.sh", before + "\n") == after + "\n"
    assert "mlflow" in " ".join(shlex.split(after))
    assert new("Dockerfile", f"FROM python\nRUN {before}\n") == f"FROM python\nRUN {after}\n"


def test_words_of_an_exec_form() -> None:
    assert new("Dockerfile", 'RUN ["pip", "install", "mlflow==2.9.2"]\n') == 'RUN ["pip", "install", "mlflow>=3,<4"]\n'


@pytest.mark.parametrize(
    ("before", "run_after"),
    [
        ("- run: pip install mlflow==2.9\n", 'pip install "mlflow>=3,<4"'),
        ('- run: "pip install mlflow==2.9"\n', "pip install 'mlflow>=3,<4'"),
        ("- run: 'pip install mlflow==2.9'\n", 'pip install "mlflow>=3,<4"'),
        (
            "- run: |\n    pip install -U pip\n    pip install mlflow==2.9\n",
            'pip install -U pip\npip install "mlflow>=3,<4"\n',
        ),
    ],
)
def test_workflow_stays_yaml(before: str, run_after: str) -> None:
    yaml = pytest.importorskip("yaml")
    text = new(".github/workflows/a.yml", before)
    assert yaml.safe_load(text) == [{"run": run_after}]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/a.yml", "steps:\n- run: pip install mlflow==${{ matrix.mlflow }}\n"),
        ("Dockerfile", "ARG V=2.9.2\nRUN pip install mlflow==$V\n"),
        ("Dockerfile", "ARG V=v2.9.2\nFROM ghcr.io/mlflow/mlflow:$V\n"),
        ("Dockerfile", "FROM ghcr.io/mlflow/mlflow:${V}\n"),
        ("Dockerfile", "FROM --platform=linux/amd64 ghcr.io/mlflow/mlflow:v2.9.2 AS base\n"),
        ("compose.yml", "services:\n  a:\n    image: ${REGISTRY}/mlflow:${TAG:-v2.3.0}\n"),
        ("compose.yml", 'services:\n  a:\n    image: "burakince/mlflow:2.9.0"\n'),
        ("Makefile", "install:\n\tpoetry add mlflow@^2.3\n"),
        ("Makefile", "V := 2.9.2\ninstall:\n\tpip install mlflow==$(V)\n"),
        ("Pipfile.lock", '{"default": {"mlflow": {"hashes": ["sha256:1"], "index": "pypi", "version": "==2.9.2"}}}'),
        ("pdm.lock", '[[package]]\nname = "mlflow-skinny"\nversion = "2.9.2"\n'),
        ("conda-lock.yml", "package:\n- name: mlflow\n  version: 2.9.2\n"),
        ("conda.yaml", "dependencies:\n- mlflow[version='<3']\n"),
    ],
)
def test_reported(path: str, text: str) -> None:
    outcome = run(path, text)
    assert [finding.safety for finding in outcome.findings] == [Safety.MANUAL]
    assert outcome.new == text.encode()


def test_a_number_of_ones_own_says_nothing_of_mlflow() -> None:
    outcome = run("deployment.yml", "environment:\n  image: example.azurecr.io/repo/mlflow:v1\n")
    assert ["cannot tell which MLflow" in finding.message for finding in outcome.findings] == [True]


def test_noqa_keeps_the_pin_and_asks_for_its_constraints() -> None:
    text = "mlflow==2.22.5  # noqa: MLF502\n"
    outcome = run("requirements.txt", text)
    assert outcome.new == text.encode()
    assert [(finding.code, finding.suppressed) for finding in outcome.findings] == [("MLF502", True), ("MLF504", False)]
    assert run("requirements.txt", text + "sqlalchemy<2.1\nstarlette<1\n").state is State.SUPPRESSED


def test_skip_file() -> None:
    assert run("requirements.txt", "# codemod: skip-file\nmlflow<3\n").state is State.SKIPPED


def test_without_unsafe_nothing_is_edited() -> None:
    outcome = run("requirements.txt", "mlflow<3\n", unsafe=False)
    assert outcome.state is State.NOT_FIXED
    assert outcome.new == b"mlflow<3\n"
    assert outcome.findings[0].edits
    assert not outcome.findings[0].fixed


def test_utf_16_and_foreign_bytes_stay() -> None:
    text = "a==1\r\nmlflow==2.9.2\r\n"
    outcome = migrate("requirements.txt", text.encode("utf-16"), SETTINGS)
    assert outcome.new == text.replace("==2.9.2", ">=3,<4").encode("utf-16")
    outcome = migrate("requirements.txt", b"\xef\xbb\xbfmlflow<3 # \xff\n", SETTINGS)
    assert outcome.new == b"\xef\xbb\xbfmlflow>=3,<4 # \xff\n"


def test_location_counts_lines_and_columns() -> None:
    finding = run("environment.yml", "dependencies:\r\n  - pip:\r\n    - mlflow==2.9\r\n").findings[0]
    location = finding.location
    assert (location.line, location.column, location.end_line, location.end_column) == (3, 7, 3, 18)
    assert finding.source_line == "    - mlflow==2.9"


def test_notebook_lines() -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in (
            ["%pip install -q mlflow==2.9.2 \\\n", "   boto3\n"],
            ["!mlflow server --host 0.0.0.0 -p 1\n", "x = 1"],
        )
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    outcome = run("a.ipynb", text)
    assert [finding.code for finding in outcome.findings] == ["MLF502", "MLF503"]
    assert outcome.new is not None
    source = json.loads(outcome.new)["cells"][0]["source"]
    assert source == ['%pip install -q "mlflow>=3,<4" \\\n', "   boto3\n"]

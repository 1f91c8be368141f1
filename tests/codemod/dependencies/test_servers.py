"""Commands of MLflow's server in deployment files."""

import pytest

from codemod.engine import migrate
from codemod.settings import Settings

HOST, FILES, DEFAULT = "listens on", "store is made of files", "names no store"


def messages(path: str, text: str, target: str = "3") -> list[str]:
    settings = Settings(select=("MLF503", "MLF501"), target=target)
    return [finding.message for finding in migrate(path, text.encode(), settings).findings]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("run.sh", "mlflow server --host 0.0.0.0 --backend-store-uri $DB\n", [HOST]),
        ("run.sh", "mlflow server \\\n  --backend-store-uri ./mlruns \\\n  -h 0.0.0.0\n", [FILES, HOST]),
        ("run.sh", "S=./mlruns\nmlflow server --backend-store-uri=$S\n", [FILES]),
        ("run.sh", "nohup mlflow ui &\n", [DEFAULT]),
        ("run.sh", "cd a && poetry run mlflow ui --port 1; ls\n", [DEFAULT]),
        ("run.sh", "HOST=0.0.0.0\nmlflow ui --host $HOST --backend-store-uri sqlite:///a.db\n", [HOST]),
        ("Makefile", "ui:\n\t@mlflow ui --backend-store-uri file:///data\n", [FILES]),
        ("Dockerfile", 'ENTRYPOINT ["mlflow", "server", "--host=0.0.0.0", "--backend-store-uri", "mysql://a"]\n', [HOST]),
        ("Dockerfile", "CMD mlflow server --backend-store-uri ${DB} --host 0.0.0.0 --port 5000\n", [HOST]),
        ("compose.yml", "a:\n  command:\n    - mlflow\n    - server\n    - --host\n    - 0.0.0.0\n    - --backend-store-uri\n    - mysql://a\n", [HOST]),
        ("compose.yml", "a:\n  command: [mlflow, server, --host, 0.0.0.0, --backend-store-uri, 'mysql://a']\n", [HOST]),
        ("compose.yml", 'a:\n  command: bash -c "pip install x && mlflow server --host 0.0.0.0 --backend-store-uri mysql://a"\n', [HOST]),
        ("MLproject", "entry_points:\n  ui:\n    command: mlflow ui --backend-store-uri /data/mlruns\n", [FILES]),
        ("compose.yml", "environment:\n  - MLFLOW_TRACKING_URI=file:///mlruns\n", ["refuse"]),
        ("Dockerfile", "ENV MLFLOW_BACKEND_STORE_URI ./mlruns\n", ["refuse"]),
        ("run.sh", "export MLFLOW_BACKEND_STORE_URI=./mlruns\nmlflow server\n", ["refuse"]),
        ("run.sh", "export MLFLOW_ALLOW_FILE_STORE=true\nmlflow server --backend-store-uri ./mlruns\n", []),
        ("run.sh", "mlflow server --artifacts-only --host 127.0.0.1\n", []),
        ("run.sh", "mlflow server --host 0.0.0.0 --backend-store-uri a:b --disable-security-middleware\n", []),
        ("run.sh", "mlflow server --host 0.0.0.0 \\\n --backend-store-uri $DB \\\n --allowed-hosts a\n", []),
        ("run.sh", "pkill -f 'mlflow server'\nps | grep 'mlflow ui'\nprintf 'mlflow ui --host 0.0.0.0'\n", []),
        (".github/workflows/a.yml", "- name: Start mlflow server\n  run: mlflow --version\n", []),
        ("compose.yml", "depends_on: [mlflow, server]\nimage: mlflow ui.x\n", []),
        ("run.sh", "mlflow gateway start --config-path a\nmlflow models serve -m a -h 0.0.0.0\nmlflow run .\n", []),
    ],
)  # fmt: skip
def test_commands(path: str, text: str, expected: list[str]) -> None:
    found = messages(path, text)
    assert len(found) == len(expected), found
    for part in expected:
        assert any(part in message for message in found)


def test_targets() -> None:
    text = "mlflow server --host 0.0.0.0 --backend-store-uri ./mlruns\nexport MLFLOW_TRACKING_URI=./mlruns\n"
    assert len(messages("run.sh", text, "3.4")) == 0
    assert len(messages("run.sh", text, "3.12")) == 1
    assert len(messages("run.sh", text, "3.13")) == 3

"""Commands of MLflow's server in deployment files."""

import os
import subprocess
import sys

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
        ("a.service", "Environment=S=/var/mlruns\nExecStart=/v/bin/mlflow server --backend-store-uri ${S}\n", [FILES]),
        ("a.service", "Environment='S=sqlite:///m.db'\nExecStart=/v/bin/mlflow server --backend-store-uri $S\n", []),
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
        ("crontab", "@reboot cd /srv && mlflow server --backend-store-uri ./mlruns\n", [FILES]),
        ("deploy/mlflow.cron", "@reboot mlflow ui --backend-store-uri /data/mlruns\n", [FILES]),
        ("etc/cron.d/mlflow", "SHELL=/bin/sh\n0 5 * * mon-fri root mlflow server\n", [DEFAULT]),
        ("etc/cron.d/mlflow", "# 0 5 * * * root mlflow server\n@daily root echo mlflow server\n0 3 * * * me mlflow gc\n", []),
        ("run.sh", "1 2 or more starts of mlflow server\n", []),
        ("ecosystem.config.js", "apps: [{ script: 'mlflow', args: 'server --backend-store-uri ./mlruns' }]\n", [FILES]),
        ("ecosystem.config.cjs", "{\n  args: ['ui', '--host', '0.0.0.0', '--backend-store-uri', 'a:b'],\n  script: '/v/mlflow',\n}\n", [HOST]),
        ("ecosystem.config.js", "{ script: 'mlflow server --backend-store-uri file:///a' }\n", [FILES]),
        ("ecosystem.config.js", "{ script: 'mlflow', args: 'server --backend-store-uri sqlite:///a.db' }\n", []),
        ("ecosystem.config.js", "{ script: 'app.js', args: 'server --backend-store-uri ./mlruns' }, { script: 'mlflow' }\n", []),
        ("ecosystem.config.js", "// { script: 'mlflow', args: 'server' }\n{ script: 'echo', args: 'hello' }\n", []),
        ("process.json", '{"apps": [{"script": "mlflow", "args": "ui --backend-store-uri ./mlruns"}]}\n', [FILES]),
        ("process.json", '{"apps": [{"script": "serve", "args": "ui --backend-store-uri ./mlruns"}]}\n', []),
    ],
)  # fmt: skip
def test_commands(path: str, text: str, expected: list[str]) -> None:
    found = messages(path, text)
    assert len(found) == len(expected), found
    for part in expected:
        assert any(part in message for message in found)


OPEN = " --host 0.0.0.0 --backend-store-uri mysql://a"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Procfile", f"web: mlflow server{OPEN}\n"),
        ("Dockerfile", 'ENTRYPOINT ["mlflow"]\nCMD ["server", "--host", "0.0.0.0", "--backend-store-uri", "mysql://a"]\n'),
        ("Dockerfile", 'CMD ["--host=0.0.0.0", \\\n  "--backend-store-uri=a:b"]\nENTRYPOINT [ "/v/bin/mlflow", "server" ]\n'),
        ("Dockerfile", 'FROM a\nCMD ["x"]\nFROM b\nENTRYPOINT ["tini", "--", "mlflow", "ui"]\nCMD ["-h", "0.0.0.0", "--backend-store-uri", "a:b"]\n'),
        ("compose.yaml", f"s:\n  m:\n    entrypoint: mlflow server\n    command:{OPEN}\n"),
        ("a.yaml", "c:\n  - command: [mlflow, server]\n    args: ['--host=0.0.0.0', '--backend-store-uri=a:b']\n"),
        ("compose.yaml", f"s:\n  m:\n    entrypoint: mlflow\n    command: server{OPEN}\n"),
        ("compose.yaml", "s:\n  m:\n    entrypoint: [/v/bin/mlflow]\n    command: [ui, -h, 0.0.0.0, --backend-store-uri, 'a:b']\n"),
        ("deployment.yaml", "a:\n- command: [mlflow]\n  args: [server, --host, 0.0.0.0, --backend-store-uri, 'a:b']\n"),
        ("pod.yaml", "a:\n- command:\n  - mlflow\n  args:\n  - server\n  - --host=0.0.0.0\n  - --backend-store-uri=a:b\n"),
        ("pod.yaml", f"a:\n- command: [sh, -c]\n  args:\n  - mlflow server{OPEN}\n"),
        ("pod.yaml", f"a:\n- command: [sh, -c, 'mlflow server{OPEN}']\n"),
        ("a.service", f"[Service]\nExecStart=/opt/venv/bin/mlflow server{OPEN}\n"),
        ("a.service.j2", 'Environment="MLFLOW_HOST=0.0.0.0"\nExecStart={{ v }}/bin/mlflow server --backend-store-uri {{ db }}\n'),
        ("site.yml", f"- tasks:\n  - ansible.builtin.shell: nohup mlflow server{OPEN} &\n"),
        ("site.yml", f"- tasks:\n  - ansible.builtin.command:\n      cmd: mlflow ui{OPEN}\n"),
        ("site.yml", f'- tasks:\n  - command: "{{{{ venv }}}}/bin/mlflow server{OPEN}"\n'),
        ("main.tf", 'command = ["mlflow", "server", "--host", "0.0.0.0", "--backend-store-uri", var.db]\n'),
        ("main.tf", 'a {\n command = ["mlflow"]\n args = ["server", "--host", "0.0.0.0", "--backend-store-uri", var.db]\n}\n'),
        ("main.tf", 'a {\n args = [\n  "ui", "--host=0.0.0.0",\n  "--backend-store-uri=${var.db}"]\n command = ["/bin/mlflow"]\n}\n'),
        ("main.tf", "x = <<EOF\nmlflow server --host 0.0.0.0 --backend-store-uri ${db}\nEOF\n"),
        ("supervisord.conf", f"[program:mlflow]\ncommand=mlflow server{OPEN}\n"),
        ("run.sh", f"docker run -p 5000:5000 image:v3.1.0 mlflow server{OPEN}\n"),
        ("run.sh", f"conda run -n x mlflow ui{OPEN}\n"),
        ("run.sh", f"wait-for-it.sh db:5432 -- mlflow server{OPEN}\n"),
        ("compose.yml", "a:\n  environment:\n    - MLFLOW_HOST=0.0.0.0\n  command: mlflow server --backend-store-uri a:b\n"),
        ("pod.yaml", 'env:\n- name: MLFLOW_HOST\n  value: "0.0.0.0"\n'),
        (".env", "MLFLOW_HOST=0.0.0.0\n"),
        # A template that is no YAML is read line by line.
        ("chart/templates/d.yaml", f"{{{{- if .Values.a }}}}\na: {{{{ x\n  b:\n  command: mlflow server{OPEN}\n"),
    ],
)  # fmt: skip
def test_a_server_that_others_reach_in_every_form(path: str, text: str) -> None:
    found = messages(path, text)
    assert len(found) == 1, found
    assert HOST in found[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yml", "a:\n  environment:\n    MLFLOW_HOST: 127.0.0.1\n  command: mlflow server --backend-store-uri a:b\n"),
        ("compose.yml", "a:\n  environment:\n    MLFLOW_HOST: 0.0.0.0\n    MLFLOW_SERVER_ALLOWED_HOSTS: a\n  command: mlflow server --backend-store-uri a:b\n"),
        ("compose.yml", f"a:\n  entrypoint: other\n  command: server{OPEN}\n"),
        ("compose.yml", f"a:\n  entrypoint: mlflow\n  command: models serve{OPEN}\n"),
        ("notes.yaml", f"description: mlflow server is at 0.0.0.0\ntitle: mlflow ui{OPEN}\n"),
        ("notes.yaml", "text: how mlflow server --host 0.0.0.0 works\ncomment: mlflow server listens\n"),
        ("Procfile", "web: gunicorn app\n# mlflow server --host 0.0.0.0\n"),
        (".env", "MLFLOW_HOST=localhost\n"),
        ("main.tf", 'a {\n command = ["mlflow"]\n}\nb {\n args = ["server", "--host", "0.0.0.0"]\n}\n'),
        ("main.tf", 'command = ["uvicorn"]\nargs = ["server", "--host", "0.0.0.0"]\n'),
        ("main.tf", 'name = "mlflow server"\ntags = ["mlflow", "server"]\n'),
        ("Dockerfile", 'FROM a\nENTRYPOINT ["mlflow"]\nFROM b\nCMD ["server", "--host", "0.0.0.0"]\n'),
        ("Dockerfile", 'ENTRYPOINT ["mlflow"]\nCMD ["models", "serve", "--host", "0.0.0.0"]\n'),
        ("Dockerfile", 'ENTRYPOINT ["mlflow", "server"]\nCMD ["--host", "127.0.0.1", "--backend-store-uri", "mysql://a"]\n'),
        ("Dockerfile", 'CMD ["server", "--host", "0.0.0.0"]\nENTRYPOINT ["./start"]\n'),
    ],
)  # fmt: skip
def test_what_only_looks_like_such_a_server(path: str, text: str) -> None:
    assert messages(path, text) == []


def test_targets() -> None:
    text = "mlflow server --host 0.0.0.0 --backend-store-uri ./mlruns\nexport MLFLOW_TRACKING_URI=./mlruns\n"
    assert len(messages("run.sh", text, "3.4")) == 0
    assert len(messages("run.sh", text, "3.12")) == 1
    assert len(messages("run.sh", text, "3.13")) == 3


@pytest.mark.parametrize("seed", ["0", "1"])
def test_what_is_said_of_one_place_has_one_order_in_every_process(seed: str) -> None:
    text = 'ENTRYPOINT ["mlflow", "server", "--host", "0.0.0.0"]\n'
    code = (
        "from codemod.engine import migrate; from codemod.settings import Settings; import sys\n"
        "for each in migrate('Dockerfile', sys.argv[1].encode(), Settings()).findings: print(each.message)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    told = subprocess.run(
        [sys.executable, "-c", code, text], env=environment, capture_output=True, text=True, check=True
    )
    first, second = told.stdout.splitlines()
    assert first.startswith("the server listens on 0.0.0.0")
    assert second.startswith("the server names no store")

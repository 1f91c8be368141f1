"""Which magics hold Python, as data."""

from __future__ import annotations

#: Magics whose argument is a statement, with the letters of those options that take a value.
STATEMENT = {
    "time": "",
    "timeit": "nrp",
    "prun": "lsTD",
    "memit": "rti",
    "mprun": "fT",
    "lprun": "fmDTu",
    "snakeviz": "f",
    "pyinstrument": "",
}

#: Cell magics whose body is Python of the notebook's own namespace.
PYTHON_CELL = (
    frozenset(STATEMENT)
    | frozenset({"capture", "debug", "expect_exception", "heat", "scalene", "stopwatch", "tb", "viztracer"})
    | frozenset(
        {"flake8", "ipytest", "local", "manim", "pycodestyle", "px", "pyspark", "run_pytest", "typecheck", "wandb"}
    )
)

#: Cell magics that hand their body to another Python process.
PYTHON_PROCESS = frozenset({"python", "python3", "pypy", "pypy3"})

#: Cell magics whose body is known to be no Python that runs here. Of any other one nobody can tell.
OTHER_CELL = (
    frozenset({"!", "bash", "cmd", "powershell", "pwsh", "script", "sh", "shell", "sx", "system"})
    | frozenset({"HTML", "SVG", "css", "html", "javascript", "js", "latex", "markdown", "md", "mermaid", "svg"})
    | frozenset({"SQL", "bigquery", "gremlin", "kql", "opencypher", "oracle", "sparksql", "sql"})
    | frozenset({"R", "cpp", "csharp", "cython", "fortran", "fsharp", "java", "julia", "perl", "python2", "r", "ruby"})
    | frozenset({"rust", "scala", "sparkr", "stata", "typescript"})
    | frozenset({"ai", "configure", "writetemplate"})
)

#: Magics that, in the first line of a command, make the whole command another language on Databricks.
LANGUAGE = frozenset({"fs", "md", "md-sandbox", "r", "R", "scala", "sh", "sql"})

#: Magics and shell aliases that work without the percent sign in a cell of one line.
AUTOMAGIC = (
    frozenset(STATEMENT)
    | frozenset({"conda", "mamba", "micromamba", "pip", "uv"})
    | frozenset({"cat", "cd", "cp", "less", "ll", "ls", "man", "mkdir", "more", "mv", "pwd", "rm", "rmdir"})
    | frozenset({"alias", "autoreload", "config", "env", "history", "load", "load_ext", "lsmagic", "matplotlib"})
    | frozenset({"reload_ext", "run", "set_env", "store", "who", "whos"})
)

"""MLF510: processes that start at once make the default tracking store at once, and some of them fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.findings import Safety, Severity
from codemod.names import Foreign, LocalFunction, OwnFunction, Partial
from codemod.names.nodes import function_name
from codemod.rules.base import Match, Rule, reported, untouched
from codemod.rules.idioms.file_stores import ASKING, own_store_is_named
from codemod.rules.idioms.started_scripts import AT_ONCE, starting, starts_asking, starts_at_once
from codemod.rules.selectors import LIBRARY, calls_named
from codemod.settings import STARTED, Project

# What hands a function to other processes: the methods of a pool, by which threads are started too, and what does nothing else.
_OF_POOLS = (
    "map", "imap", "imap_unordered", "starmap", "submit", "apply_async", "map_async", "starmap_async",
)  # fmt: skip
_POOLS = ("ProcessPoolExecutor", "Pool")
_MODULES = ("multiprocessing", "concurrent", "multiprocess", "torch")
_STARTING = ("Process", "Thread", "Timer", "to_thread", "run_in_executor")
_VARIABLE = "MLFLOW_TRACKING_URI"
# The program that is started may be all that speaks of MLflow.
_LIBRARY = LIBRARY | {STARTED}
_COMMANDS = {".py", '"-m"', "'-m'", " -m "}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_THREADS = ("threads", "threading", "sharedmem")
_MESSAGE = (
    "without a tracking URI, the processes all make `sqlite:///mlflow.db` when they ask MLflow 3 first, and some of them fail: ask for "
    "something before they start, such as `mlflow.search_experiments()`, or name the store"
)


def _check(node: ast.Call, context: Context) -> Iterator[Match]:
    if not _may_take_default(context):
        return
    given = _given(node, context)
    value = context.resolve(given) if given is not None else None
    function = value.function if isinstance(value, Partial) else value
    # What is asked elsewhere may have made the store before.
    before = {call for call in _asking(context) if not _comes_later(call, node, context)}
    if isinstance(function, LocalFunction):
        inside = {call for call in _asking(context) if function.node in context.names.scopes.ancestors(call)}
        asks = bool(inside) and before <= inside
    else:
        asks = isinstance(function, OwnFunction) and function.place[0] in context.project.asking and not before
    if asks:
        yield Match(node, _MESSAGE, Safety.MANUAL)


def _comes_later(node: ast.AST, other: ast.AST, context: Context) -> bool:
    """Return whether a place of the same function is reached after another one for certain."""
    scopes = context.names.scopes
    functions = [
        next((item for item in scopes.ancestors(each) if isinstance(item, _SCOPES)), None) for each in (node, other)
    ]
    around = (item for item in scopes.ancestors(other) if isinstance(item, (ast.For, ast.AsyncFor, ast.While)))
    return functions[0] is functions[1] and next(around, None) is None and scopes.order(other) < scopes.order(node)


def _may_take_default(context: Context) -> bool:
    """Return whether processes of the project take the store that nobody named."""
    return context.target.at_least("3.7") and context.kind != "databricks" and not own_store_is_named(context)


def _check_started(node: ast.Call, context: Context) -> Iterator[Match]:
    """Judge a call that starts a program of the project, or hands a function that does so to a pool."""
    if not context.project.asking or not _may_take_default(context) or _asking(context) or _VARIABLE in context.text:
        return
    if starts_asking(node, context):
        at_once = starts_at_once(node, context)
    else:
        handed = (*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "target"))
        at_once = function_name(node.func) in (*_OF_POOLS, *_STARTING) and any(
            starting(item, context) for item in handed
        )
    if at_once:
        yield Match(node, _MESSAGE, Safety.MANUAL)


def _check_gathered(node: ast.Call, context: Context) -> Iterator[Match]:
    """Judge coroutines that are awaited together and of which each starts a program."""
    if not context.project.asking or not _may_take_default(context) or _asking(context) or _VARIABLE in context.text:
        return
    for item in node.args:
        made = item.value if isinstance(item, ast.Starred) else None
        each = made.elt if isinstance(made, (ast.ListComp, ast.GeneratorExp)) else None
        if isinstance(each, ast.Call) and starting(each.func, context):
            yield Match(node, _MESSAGE, Safety.MANUAL)


def _given(node: ast.Call, context: Context) -> ast.expr | None:
    """Return the function that a call hands to other processes."""
    name = function_name(node.func)
    first = node.args[0] if node.args else None
    if name == "Process":
        given = next((keyword.value for keyword in node.keywords if keyword.arg == "target"), None)
        return given if _is_of(node.func, _MODULES, context) else None
    if name == "delayed":
        return first if _is_of(node.func, ("joblib",), context) and _in_processes(context) else None
    return first if isinstance(node.func, ast.Attribute) and _has_pool(context) else None


def _is_of(function: ast.expr, modules: tuple[str, ...], context: Context) -> bool:
    value = context.resolve(function)
    return isinstance(value, Foreign) and value.what in modules


@once
def _has_pool(context: Context) -> bool:
    """Return whether all pools here are pools of processes."""
    calls = context.names.scopes.of(ast.Call)
    if any((function_name(node.func) or "").startswith("ThreadPool") for node in calls):
        return False
    return any(function_name(node.func) in _POOLS and _is_made(node.func, context) for node in calls)


def _is_made(function: ast.expr, context: Context) -> bool:
    # `multiprocessing.get_context("spawn").Pool()`
    of_context = isinstance(function, ast.Attribute) and context.facts.imports("multiprocessing")
    return _is_of(function, _MODULES, context) or of_context


@once
def _in_processes(context: Context) -> bool:
    """Return whether joblib starts processes here: more than one, and no threads."""
    made = [node for node in context.names.scopes.of(ast.Call) if function_name(node.func) == "Parallel"]
    given = [keyword for node in made for keyword in node.keywords]
    values = {keyword.arg: keyword.value.value for keyword in given if isinstance(keyword.value, ast.Constant)}
    parallel = any(keyword.arg == "n_jobs" for keyword in given) or any(node.args for node in made)
    return parallel and values.get("n_jobs") != 1 and not any(value in _THREADS for value in values.values())


@once
def _asking(context: Context) -> set[ast.Call]:
    """Return the calls that ask the store for something."""
    return {call.node for call in context.facts.named(*ASKING) if not call.makes_partial}


_WORK = """
import mlflow
{}

def work(number):
    with mlflow.start_run():
        mlflow.log_param("number", number)

"""

_TRAINS = Project(asking=frozenset({"jobs/train.py"}))

RULE = Rule(
    code="MLF510",
    name="default-store-processes",
    summary="Processes that start at once make the default tracking store at once.",
    why="""\
The store that nobody named was one of files in MLflow 2, which many processes could begin at once. Since 3.7 it is `sqlite:///mlflow.db`
(`_get_default_tracking_uri` in `mlflow/tracking/_tracking_service/utils.py`), and the first that asks it makes its tables
(`_initialize_tables` in `mlflow/store/db/utils.py`). Where several processes do so at the same time, some end with an error such as
`table ... already exists`, once, in a folder in which no run was made before: on a fresh clone or in CI, and not afterwards.

The same happens to programs of the project that are started as processes of their own, several at once.

One question before they start helps, such as `mlflow.search_experiments()`. Code that asks MLflow for anything else, or names a store, is left
alone.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(
        calls_named(*_OF_POOLS, check=_check, needs=(LIBRARY, set(_POOLS))),
        calls_named("Process", check=_check, needs=(LIBRARY, {"multiprocess"})),
        calls_named("delayed", check=_check, needs=(LIBRARY, {"joblib"})),
        calls_named(*_OF_POOLS, *_STARTING, *AT_ONCE, check=_check_started, needs=(_LIBRARY, {"subprocess"}, _COMMANDS)),
        calls_named("gather", check=_check_gathered, needs=(_LIBRARY, {"create_subprocess"}, _COMMANDS)),
    ),
    since="3.7",
    examples=(
        reported(
            "a pool of processes",
            _WORK.format("from concurrent.futures import ProcessPoolExecutor")
            + "with ProcessPoolExecutor() as pool:\n    list(pool.map(work, range(4)))\n",
        ),
        reported(
            "a pool of a start method, with values bound before",
            _WORK.format("import functools\nimport multiprocessing as mp")
            + 'with mp.get_context("spawn").Pool(4) as pool:\n    pool.apply_async(functools.partial(work, 1))\n',
        ),
        reported(
            "processes that are started one by one",
            _WORK.format("from multiprocessing import Process")
            + "for number in range(4):\n    Process(target=work, args=(number,)).start()\n",
        ),
        reported(
            "joblib",
            _WORK.format("from joblib import Parallel, delayed") + "Parallel(n_jobs=-1)(delayed(work)(n) for n in range(4))\n",
        ),
        reported(
            "programs that are started at once",
            """
            import mlflow
            import subprocess, sys
            started = [subprocess.Popen([sys.executable, "jobs/train.py", str(n)]) for n in range(4)]
            print([each.wait() for each in started])
            """,
            project=_TRAINS,
        ),
        reported(
            "programs that threads start",
            """
            import mlflow
            import subprocess
            from concurrent.futures import ThreadPoolExecutor

            def train(number):
                subprocess.run(f"python -m jobs.train {number}", shell=True, check=True)

            with ThreadPoolExecutor() as pool:
                list(pool.map(train, range(4)))
            """,
            project=_TRAINS,
        ),
        reported(
            "programs that are awaited together",
            """
            import mlflow
            import asyncio, sys

            async def train(number):
                process = await asyncio.create_subprocess_exec(sys.executable, "jobs/train.py", str(number))
                await process.wait()

            async def main():
                await asyncio.gather(*(train(number) for number in range(4)))
            """,
            project=_TRAINS,
        ),
        untouched(
            "programs one after the other",
            """
            import mlflow
            import subprocess, sys
            for number in range(4):
                subprocess.Popen([sys.executable, "jobs/train.py", str(number)]).wait()
                subprocess.run([sys.executable, "jobs/train.py"])
            """,
            project=_TRAINS,
        ),
        untouched(
            "a program that asks MLflow for nothing",
            """
            import mlflow
            import subprocess, sys
            started = [subprocess.Popen([sys.executable, "jobs/clean.py", str(n)]) for n in range(4)]
            """,
            project=_TRAINS,
        ),
        untouched(
            "programs that get a store in their environment",
            """
            import os, subprocess, sys
            given = {**os.environ, "MLFLOW_TRACKING_URI": "http://a:5000"}
            started = [subprocess.Popen([sys.executable, "jobs/train.py"], env=given) for _ in range(4)]
            """,
            project=_TRAINS,
        ),
        untouched(
            "a store that a file of the environment names",
            _WORK.format("from multiprocessing import Pool") + "with Pool(4) as pool:\n    pool.map(work, range(4))\n",
            project=Project(environments=frozenset({"Dockerfile"})),
        ),
        reported(
            "the store is read when they are done",
            _WORK.format("from multiprocessing import Pool")
            + "with Pool(4) as pool:\n    pool.map(work, range(4))\nprint(len(mlflow.search_runs()))\n",
        ),
        untouched(
            "the store is made before",
            _WORK.format("from multiprocessing import Pool")
            + 'mlflow.set_experiment("a")\nwith Pool(4) as pool:\n    pool.map(work, range(4))\n',
        ),
        untouched(
            "a store that the code names",
            _WORK.format("from multiprocessing import Pool")
            + 'mlflow.set_tracking_uri("http://a:5000")\nwith Pool(4) as pool:\n    pool.map(work, range(4))\n',
        ),
        untouched(
            "threads",
            _WORK.format("from concurrent.futures import ThreadPoolExecutor")
            + "with ThreadPoolExecutor() as pool:\n    list(pool.map(work, range(4)))\n",
        ),
        untouched(
            "threads of joblib",
            _WORK.format("from joblib import Parallel, delayed")
            + 'Parallel(n_jobs=4, prefer="threads")(delayed(work)(n) for n in range(4))\n',
        ),
        untouched(
            "work without MLflow",
            """
            from multiprocessing import Pool
            import mlflow

            def work(number):
                return number * 2

            with Pool(4) as pool:
                numbers = pool.map(work, range(4))
            with mlflow.start_run():
                mlflow.log_param("numbers", numbers)
            """,
        ),
        untouched(
            "before 3.7",
            _WORK.format("from multiprocessing import Pool") + "with Pool(4) as pool:\n    pool.map(work, range(4))\n",
            target="3.6",
        ),
    ),
)  # fmt: skip

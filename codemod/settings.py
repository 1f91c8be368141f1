"""What a run was asked to do, as one value that travels to every stage and worker."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import takewhile

from codemod.names.modules import Modules


@dataclass(frozen=True, slots=True)
class Double:
    """One place of a test that stands in for a part of MLflow.

    Attributes:
        path: What it stands for: ``mlflow.evaluate``, ``mlflow`` for all of it, or a last name alone when the test does not say more;
            "" for a mock of which nobody can tell, ``*`` for a fake of all of MLflow whose parts are not seen.
        what: ``name``: it is found by its name alone; ``arguments``: it depends on the arguments of the calls as they were; ``file``:
            what is put in the place of something stands in another file, by the dotted path of its import; ``module``: a module of the project of this
            last name is replaced as a whole; ``text``: a test reads the text of the code that the path names; ``fallback``: a module offers
            a function of its own by this name where MLflow is not installed.
        where: The file and line, once they are known.
        moves: Whether the double itself can be moved by an edit, together with the code.
        whole: Whether it counts only where something stands in for the whole of MLflow.
        asks: Whether it asks a mock what it was called with, so that only what its test calls matters.
        reaches: The files that this test reaches by its imports; None where it may reach any.
        for_tests: Whether its file is a test, or one that only tests import.
        words: What a test may look for that reads the text of code; none where it may look for anything.
        given: Whether it counts only if its file is made for tests: other code has tables and classes with such names, too.
    """

    path: str
    what: str
    where: str = ""
    moves: bool = False
    whole: bool = False
    asks: bool = False
    reaches: frozenset[str] | None = None
    for_tests: bool = False
    given: bool = False
    words: tuple[str, ...] = ()


#: What stands for the parameter where `Given` tells of the call itself.
CALL = "()"
#: What stands for it where the call comes from code that makes traces.
TRACED = "(traces)"
#: The word that a file has from others when it has no more of them than that it may start them as programs.
STARTED = "a-started-program"


@dataclass(frozen=True, slots=True)
class Given:
    """What a call in one file gives for a parameter of a function of another.

    Attributes:
        path: The file of the function.
        function: Its name there, such as ``show`` or ``Report.__init__``.
        parameter: The parameter.
        what: What of MLflow is given, in the words of `codemod.rules.idioms.given`; "" for anything else.
    """

    path: str
    function: str
    parameter: str
    what: str


#: What stands in front of the keys of `Project.recorded` that are kept in files.
IN_FILES = "in files: "

#: The classes of MLflow of which `Given` tells that an instance is given, or a collection of them.
GIVEN = frozenset(
    {
        "mlflow.models.model.ModelInfo", "mlflow.entities.model_registry.ModelVersion", "mlflow.entities.Run",
        "mlflow.entities.RunInfo", "mlflow.ActiveRun", "mlflow.MlflowClient",
    }
)  # fmt: skip

#: What stands in code that has an instance of one of these, and what that asks of one which gets it.
MAKING = ("log_model", "ModelVersion", "model_version", "register_model", "get_model_info")
ASKED = (".model_uri", ".source", ".signature_dict")
#: The same of runs, which far more code has.
MAKING_RUNS = ("start_run", "get_run", "active_run", "search_runs", "list_run_infos")
ASKED_OF_RUNS = (".run_uuid",)
#: The same of clients.
MAKING_CLIENTS = ("MlflowClient",)
ASKED_OF_CLIENTS = (".list_artifacts", ".download_artifacts", ".search_traces", ".get_trace")
#: The same of traces.
MAKING_TRACES = ("trace", "start_span", "autolog")
ASKED_OF_TRACES = ("search_traces", "get_trace")

#: The rule of pins, which can be applied by itself.
PIN = "MLF502"


# Folders whose programs are run by themselves, and not by what lies beside them.
_APART = frozenset(
    "example examples sample samples demo demos tutorial tutorials doc docs test tests third_party vendor".split()
)


def _folders(path: str) -> list[str]:
    return path.replace("\\", "/").split("/")[:-1]


def _common(one: str, other: str) -> int:
    """Return how many folders two paths have in common, from the top."""
    pairs = zip(_folders(one), _folders(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@functools.lru_cache(maxsize=4096)
def _nearest_take(takers: frozenset[str], asking: frozenset[str], naming: frozenset[str], folder: str) -> bool:
    """Return whether one of the programs that lie nearest to a folder takes the default store."""
    path = f"{folder}/" if folder else ""
    near = {each: _common(each, path) for each in takers and takers | asking | naming if not _is_apart(each, path)}
    nearest = max(near.values(), default=0)
    return any(near.get(each) == nearest for each in takers)


def _is_apart(program: str, path: str) -> bool:
    """Return whether a program lies in a folder of examples or tests in which a file does not lie."""
    below = _folders(program)[_common(program, path) :]
    return not _APART.isdisjoint(each.lower() for each in below)


@dataclass(frozen=True, slots=True)
class Project:
    """What a first pass over all inputs knows.

    Attributes:
        logged: Artifact paths and names that ``log_model`` and ``autolog`` give, as far as they are known before they run.
        renamed: Old and new names of models whose name changes with this run.
        computed: Whether some path or name is known only at run time.
        by_path: Whether some code named models by the argument of MLflow 2, or by its place, before anything was fixed.
        plain: Paths of runs where files are put that are no models.
        folders: Paths of runs where whole folders are put, which may be models; ``*`` for one that is known only at run time.
        autologs: Whether some code lets MLflow log models by itself.
        logged_folders: The folders of this machine that some code puts into runs as a whole; ``*`` for one that is known only at run
            time.
        local_models: The folders of this machine in which some code saves models, or to which it downloads artifacts; ``*`` for one that
            is known only at run time.
        recorded: The keys of tags and parameters, of dicts and texts in files (behind `IN_FILES`), and the ways from one notebook to
            another, under which some code keeps the URI of a model or the place of a run's artifacts; each with what it is, in the
            words of `Given`.
        stages: Registry stages all of whose uses can become aliases together.
        stages_kept_by: The place that keeps all stages as they are, and what it does, such as ``"b.py:12 reads `current_stage`"``; ""
            for none.
        functions: Functions of the project's own modules that are called like MLflow's, as ``module.function``.
        reads: Names that some file takes from another module that is not MLflow's.
        readers: Of the dicts and functions among them whose keys a fix may rename, the name and the first place that takes it.
        stores: The tracking stores that the code names, as it writes them.
        unnamed_stores: The files whose tracking store no code names, though some does of other programs.
        default_takers: The programs that keep runs in the store that MLflow takes by itself, as nothing that runs with them names one.
        store_takers: The programs, other than tests, that name a store of their own.
        environments: The files other than code that name a tracking store in the environment of what they start.
        databricks: Those of them that name Databricks as that.
        registries: The files that speak of the URI of a registry.
        asking: The files of code that ask the tracking store for something and name none.
        default_stores: The files that keep their runs in `./mlruns`, which code that names no store of its own reads too.
        new_files: The files of models in MLflow 3's own formats of which some file speaks, such as ``model.skops``, or
            ``churn/model.skops`` where it names the folder.
        sets_git_tags: Whether some code sets one of the old tags of a Git repository itself.
        client_stores: Whether some file makes a client of a store that may be another one than the current.
        setting_stores: The files whose functions may set another tracking store while the program runs.
        overrides: The attributes that classes of the run give a value of their own, each behind the class that they are made of.
        floor: The oldest MLflow that the fixed code runs on, such as ``"3.11"``; "" where that is not known.
        name_keys: The keys by which the code reads names of models from outside of it, each behind that of its section where that is
            known.
        conftests: The paths of the conftest.py that name MLflow.
        allowing: Those of them that allow stores of files.
        stores_below: Those of them in whose folders tests set a store of files, each with the path of one such test.
        resumes_runs: Whether some code takes up runs that were there before, by their ids.
        opens_runs: Whether some code starts or ends runs otherwise than by ``with``, so that a ``with`` does not tell which one is
            active.
        doubles: What tests put in the place of MLflow.
        modules: What the modules of the run that others import offer.
        given: What calls in other files give for the parameters of functions, where one of them gives something of MLflow.
        reaching: The files that get something of MLflow from other files of the run.
        starting: Those of them that may start such a file as a program, and import none.
        is_alone: Whether the run knows of no other file, so that this says only what the one asks of others.
    """

    logged: frozenset[str] = frozenset()
    renamed: tuple[tuple[str, str], ...] = ()
    computed: bool = False
    by_path: bool = False
    plain: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    logged_folders: frozenset[str] = frozenset()
    autologs: bool = False
    local_models: frozenset[str] = frozenset()
    recorded: frozenset[tuple[str, str]] = frozenset()
    stages: frozenset[str] = frozenset()
    stages_kept_by: str = ""
    functions: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    readers: tuple[tuple[str, str], ...] = ()
    stores: frozenset[str] = frozenset()
    unnamed_stores: frozenset[str] = frozenset()
    default_takers: frozenset[str] = frozenset()
    store_takers: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()
    databricks: frozenset[str] = frozenset()
    registries: frozenset[str] = frozenset()
    asking: frozenset[str] = frozenset()
    default_stores: frozenset[str] = frozenset()
    new_files: frozenset[str] = frozenset()
    sets_git_tags: bool = False
    client_stores: bool = False
    setting_stores: frozenset[str] = frozenset()
    resumes_runs: bool = False
    opens_runs: bool = False
    overrides: frozenset[tuple[str, str]] = frozenset()
    floor: str = ""
    name_keys: frozenset[tuple[str, ...]] = frozenset()
    conftests: frozenset[str] = frozenset()
    allowing: frozenset[str] = frozenset()
    stores_below: tuple[tuple[str, str], ...] = ()
    doubles: frozenset[Double] = frozenset()
    modules: Modules | None = None
    reaching: frozenset[str] = frozenset()
    starting: frozenset[str] = frozenset()
    given: frozenset[Given] = frozenset()
    is_alone: bool = False

    def takes_default_store(self, path: str) -> bool:
        """Return whether programs keep runs in the store that MLflow takes by itself, for whose runs a file may look.

        Where some programs of the run name a store, these are the ones that lie nearest to the file.
        """
        if not self.stores and not self.environments:
            return bool(self.asking or self.autologs)
        return _nearest_take(self.default_takers, self.asking, self.store_takers, "/".join(_folders(path)))

    def brought(self, path: str, data: bytes) -> bytes:
        """Return the words that a file has from others: what it calls under a name of the project, it calls all the same."""
        if path not in self.reaching:
            return b""
        words = self.modules.behind_names(data) if self.modules is not None else set()
        words |= {
            word for key, what in self.recorded if key.removeprefix(IN_FILES).encode() in data for word in what.split()
        }
        words |= {word for each in self.given if each.path == path for word in each.what.split()}
        return " ".join(("", STARTED if path in self.starting else "mlflow", *sorted(words))).encode()


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one run.

    Attributes:
        target: ``"3"`` (the newest 3.x that the API data knows), a release such as ``"3.5"``, or ``"both"`` for code that
            must run on 2.22 and on 3.
        unsafe: Whether unsafe fixes are applied too.
        select: Codes or prefixes of codes (``"MLF1"``) of the rules to run; empty means all but the opt-in ones.
        ignore: Codes or prefixes that are not run.
        sklearn_format: ``"cloudpickle"`` keeps what MLflow 2 wrote; ``"skops"`` accepts MLflow 3's default.
        pytorch_format: ``"pickle"`` keeps what MLflow 2 wrote; ``"pt2"`` accepts MLflow 3's default.
        name_from: ``"artifact-path"`` keeps the name that the code had; ``"registered"`` takes the registered name.
        add: Improvements that are asked for: ``"signature"``, ``"autolog"``, ``"alias=NAME"`` and ``"alias-readers=NAME"``.
        sample: An expression that gives model inputs, for signatures where the code shows none.
        mlflow_version: The specifier that takes the place of pins of MLflow 2, such as ``">=3.14,<4"``; "" derives it from
            ``target``.
        with_pins: Whether the pins that keep MLflow 3 out are raised too, without the other unsafe fixes.
        keeps_pins: Whether every pin stays as it is, whatever else is chosen, because the new ones cannot be installed.
        docs_url: Where the pages of the documentation are, such as ``"https://docs.example.com/mlflow-codemod"``; "" where nobody
            has put them anywhere.
        line_length: The columns that a line may have, as the project's formatter or linter says; 0 takes the file's own.
        project: What is known of the other inputs; None when a file is looked at by itself.
    """

    target: str = "3"
    unsafe: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    sklearn_format: str = "cloudpickle"
    pytorch_format: str = "pickle"
    name_from: str = "artifact-path"
    add: tuple[str, ...] = ()
    sample: str = ""
    mlflow_version: str = ""
    with_pins: bool = False
    keeps_pins: bool = False
    docs_url: str = ""
    line_length: int = 0
    project: Project | None = None

    def runs(self, code: str) -> bool:
        """Return whether a rule that is not opt-in runs."""
        return code.startswith(self.select or ("",)) and not (self.ignore and code.startswith(self.ignore))

    def takes_unsafe(self, code: str) -> bool:
        """Return whether the unsafe fixes of a rule are made."""
        if code == PIN:
            return (self.unsafe or self.with_pins) and not self.keeps_pins
        return self.unsafe

    def page(self, code: str) -> str:
        """Return the address of a rule's page; "" where the pages are not known to be anywhere."""
        return f"{self.docs_url.rstrip('/')}/rules/{code}/" if self.docs_url else ""

    def added(self, improvement: str) -> str | None:
        """Return what was asked for behind the ``=`` of an improvement ("" without one); None when it was not asked for."""
        for item in self.add:
            name, _, value = item.partition("=")
            if name == improvement:
                return value
        return None

"""Examples of MLF403: templates that ask for the attribute, and objects of one's own that have it."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_PROGRAM = """\
import mlflow

with mlflow.start_run() as run:
    pass
result = len("{run.info.run_uuid}".format(run=run)) + len("{0.run_uuid:>40}".format(run.info))
"""

_HELD = """\
import mlflow

class Tracked:
    def __init__(self):
        self.run = mlflow.start_run()
        self.info = self.run.info

    def identifiers(self):
        return self.run.info.run_uuid, self.info.run_uuid
"""

_KEYS = """\
import enum
import mlflow

class Keys(enum.Enum):
    RUN = "run_uuid"
    NAME = "run_name"

class Names:
    RUN = "run_uuid"

KEY = "run_uuid"
OTHER = "run_name"
info = mlflow.active_run().info
"""

EXAMPLES: tuple[Example, ...] = (
    fixed("a run that an object keeps from its start", _HELD, _HELD.replace("run_uuid", "run_id")),
    *(
        reported(
            f"an object of one's own that holds a run's info: {title}",
            f"""
            import mlflow

            class Held:
                {body}

            def identifiers(every):
                return [each.info.run_uuid for each in every]

            identifiers([Held({given})])
            """,
        )
        for title, body, given in (
            ("by its argument", "def __init__(self, info): self.info = info", "mlflow.active_run().info"),
            ("by what nobody knows", "def __init__(self, info): self.info = info", "found"),
            ("by itself", "def __init__(self): self.info = mlflow.active_run().info", ""),
            ("by passing it on", "def __getattr__(self, name): return getattr(run, name)", ""),
        )
    ),
    fixed(
        "the old name, or something else than the new one",
        """
        import mlflow
        info = mlflow.active_run().info
        if hasattr(info, "run_uuid"):
            key = info.run_uuid
        else:
            key = None
        """,
        """
        import mlflow
        info = mlflow.active_run().info
        if hasattr(info, "run_id"):
            key = info.run_id
        else:
            key = None
        """,
    ),
    fixed(
        "what a sort asks of each run",
        """
        import mlflow

        runs = mlflow.search_runs(output_format="list")
        print(sorted(runs, key=lambda run: run.info.run_uuid), *map(lambda run: run.info.run_uuid, runs))
        runs.sort(key=lambda run: run.info.run_uuid)
        """,
        """
        import mlflow

        runs = mlflow.search_runs(output_format="list")
        print(sorted(runs, key=lambda run: run.info.run_id), *map(lambda run: run.info.run_id, runs))
        runs.sort(key=lambda run: run.info.run_id)
        """,
    ),
    reported(
        "what a function of one's own asks of each",
        """
        import mlflow

        def sorted(runs, key):
            return [key(run) for run in runs]

        sorted(mlflow.search_runs(output_format="list"), key=lambda run: run.info.run_uuid)
        """,
    ),
    untouched(
        "objects of one's own that have this attribute, in a list",
        """
        from collections import namedtuple
        from types import SimpleNamespace

        import mlflow

        Row = namedtuple("Row", ["run_uuid", "loss"])

        class Experiment:
            def __init__(self, info):
                self.info = info

        def rows(experiments):
            return [Row(each.info.run_uuid, 0.1) for each in experiments]

        print(rows([Experiment(SimpleNamespace(run_uuid="a"))])[0].run_uuid)
        """,
    ),
    program(
        "fields of templates",
        _PROGRAM,
        _PROGRAM.replace("run_uuid", "run_id"),
        runs={"2 before": Run(), "2 after": Run(), "3 before": Run(raises="AttributeError"), "3 after": Run()},
    ),
    fixed(
        "a field without a name",
        "import mlflow\nprint('{.info.run_uuid}'.format(mlflow.active_run()))\n",
        "import mlflow\nprint('{.info.run_id}'.format(mlflow.active_run()))\n",
    ),
    reported("a field of what nobody can tell", "import mlflow\nprint('{run.info.run_uuid}'.format(run=run))\n"),
    untouched(
        "fields of something else",
        """
        import mlflow
        print("{job.run_uuid} {}".format(mlflow.active_run().info, job=dict()), "{run_uuid}".format(run_uuid="1"))
        """,
    ),
    untouched(
        "a field that is written for a later template",
        """
        import mlflow
        print("{{run.info.run_uuid}} {{{{run.info.run_uuid}}}} of {run}".format(run=mlflow.active_run()))
        """,
    ),
    fixed(
        "a field in braces that are written",
        "import mlflow\nprint('{{{.info.run_uuid}}}'.format(mlflow.active_run()))\n",
        "import mlflow\nprint('{{{.info.run_id}}}'.format(mlflow.active_run()))\n",
    ),
    reported(
        "a field, and one that is written for a later template",
        "import mlflow\nprint('{{run.info.run_uuid}} {.info.run_uuid}'.format(mlflow.active_run()))\n",
    ),
    untouched(
        "an object of a class of one's own, by a parameter",
        """
        import mlflow

        class Meta:
            run_uuid = "1"

        class Job:
            def __init__(self):
                self.info = Meta()

        def tag(job):
            mlflow.set_tag("job", job.info.run_uuid)

        tag(Job())
        """,
    ),
    reported(
        "a parameter that gets such an object, or something else",
        """
        import mlflow

        class Job:
            info = None

        def tag(job):
            mlflow.set_tag("job", job.info.run_uuid)

        tag(Job())
        tag(found)
        """,
    ),
    reported(
        "a key that is set where it is not there",
        """
        import mlflow
        row = dict(mlflow.active_run().info)
        print(row.setdefault("run_uuid", "none"))
        """,
    ),
    untouched(
        "a key that is set to the new one",
        """
        import mlflow
        row = dict(mlflow.active_run().info)
        row.setdefault("run_uuid", row["run_id"])
        """,
    ),
    untouched(
        "the old name where it is there, and else the new one",
        """
            import mlflow
            info = mlflow.active_run().info
            first = info.run_uuid if hasattr(info, "run_uuid") else info.run_id
            try:
                second = info.run_uuid
            except AttributeError:
                second = info.run_id
            """,
    ),
    fixed(
        "the old name where another one is there",
        """
            import mlflow
            info = mlflow.active_run().info
            other = info.run_uuid if hasattr(run, "run_uuid") else info.run_id
            try:
                print(info.run_uuid)
            except AttributeError:
                print("none")
            """,
        """
            import mlflow
            info = mlflow.active_run().info
            other = info.run_id if hasattr(run, "run_uuid") else info.run_id
            try:
                print(info.run_id)
            except AttributeError:
                print("none")
            """,
    ),
    fixed(
        "a handler that only speaks of a run_id",
        """
            import mlflow
            info = mlflow.active_run().info
            try:
                mlflow.log_param("run_id", info.run_uuid)
            except AttributeError:
                mlflow.log_param("run_id", "unknown")
            if hasattr(info, "run_uuid"):
                mlflow.set_tag("run_id", info.run_uuid)
            """,
        """
            import mlflow
            info = mlflow.active_run().info
            try:
                mlflow.log_param("run_id", info.run_id)
            except AttributeError:
                mlflow.log_param("run_id", "unknown")
            if hasattr(info, "run_id"):
                mlflow.set_tag("run_id", info.run_id)
            """,
    ),
    untouched(
        "a handler that looks the new name up",
        """
            import mlflow
            info = mlflow.active_run().info
            try:
                first = info.run_uuid
            except AttributeError:
                first = dict(info)["run_id"]
            try:
                second = info.run_uuid
            except AttributeError:
                second = getattr(info, "run_id")
            """,
    ),
    reported(
        "names that a loop asks a parameter for",
        """
        import mlflow
        FIELDS = ("run_uuid", "status")
        def row(run):
            return {field: getattr(run.info, field) for field in FIELDS}
        with mlflow.start_run() as run:
            print(row(run))
        """,
    ),
    untouched(
        "names that a loop asks objects of one's own for",
        """
        import mlflow
        FIELDS = ("run_uuid", "status")
        class Row:
            def __init__(self, run_uuid, status):
                self.run_uuid, self.status = run_uuid, status
        def dump(row):
            return {field: getattr(row, field) for field in FIELDS}
        print(dump(Row("a", "b")))
        """,
    ),
    *(
        reported(f"a key that has another name: {title}", f"{_KEYS}{code}\n")
        for title, code in (
            ("of an enumeration", "print(dict(info)[Keys.RUN.value])"),
            ("of a class", "print(dict(info).get(Names.RUN), 1)"),
            ("of a variable", "print(getattr(info, KEY))"),
            ("of a variable, to an attribute that may not be there", "print(hasattr(info, KEY))"),
            (
                "of a parameter",
                "def ask(run, key='run_uuid'):\n    return getattr(run.info, key)\nask(mlflow.active_run())",
            ),
            ("of a parameter, of what nobody sees", "def ask(run, key=KEY):\n    return getattr(run.info, key)"),
            ("put together", "print(dict(info)['run_' + 'uuid'])"),
        )
    ),
    *(
        untouched(f"a key that has another name: {title}", f"{_KEYS}{code}\n")
        for title, code in (
            ("another one", "print(dict(info)[Keys.NAME.value], getattr(info, OTHER))"),
            ("of something else", "print({KEY: 1}[KEY], getattr(Names(), KEY), row[Names.RUN])"),
            ("or the new one", "print(getattr(info, KEY, info.run_id))"),
            ("of whatever is given", "def ask(what, key):\n    return getattr(what, key)\nask(row, KEY)"),
        )
    ),
    fixed(
        "the namespace of a run's info",
        """
            import mlflow
            info = mlflow.active_run().info
            print(vars(info)["_run_uuid"], info.__dict__["_run_uuid"], vars(row)["_run_uuid"])
            """,
        """
            import mlflow
            info = mlflow.active_run().info
            print(vars(info)["_run_id"], info.__dict__["_run_id"], vars(row)["_run_uuid"])
            """,
    ),
    untouched(
        "the message of a run's info, which has both",
        """
        import mlflow
        print(mlflow.active_run().info.to_proto().run_uuid)
        """,
    ),
    untouched(
        "the new name first",
        """
        import mlflow
        def one(info):
            return info.run_id if hasattr(info, "run_id") else info.run_uuid
        def two(info):
            if hasattr(info, "run_id"):
                return info.run_id
            return info.run_uuid
        def three(info):
            return getattr(info, "run_id", None) or info.run_uuid
        def four(info):
            try:
                return info.run_id
            except AttributeError:
                return info.run_uuid
        """,
    ),
    reported(
        "the old name where the new one is there",
        """
        import mlflow
        def one(info):
            return info.run_uuid if hasattr(info, "run_id") else None
        """,
    ),
    fixed(
        "a template of percent signs",
        """
        import mlflow
        with mlflow.start_run() as run:
            print("%(run_uuid)s of %(status)s" % dict(run.info), "%(run_uuid)s" % other)
        """,
        """
        import mlflow
        with mlflow.start_run() as run:
            print("%(run_id)s of %(status)s" % dict(run.info), "%(run_uuid)s" % other)
        """,
    ),
)

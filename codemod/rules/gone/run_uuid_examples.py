"""Examples of MLF403."""

from __future__ import annotations

from codemod.rules.base import Run, fixed, program, reported, untouched

_PROGRAM = """\
import mlflow

with mlflow.start_run() as run:
    mlflow.log_param("run", run.info.run_uuid)
result = mlflow.get_run(run.info.run_uuid).data.params["run"] == run.info.run_id
"""

_KEYS = """\
import mlflow

with mlflow.start_run() as run:
    info = dict(run.info)
    result = [info["run_uuid"] == run.info.run_id, run.to_dictionary()["info"]["run_uuid"] == run.info.run_id]
"""

EXAMPLES = (
    program(
        "the active run",
        _PROGRAM,
        _PROGRAM.replace("run_uuid", "run_id"),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="AttributeError: run_uuid"),
            "3 after": Run(),
        },
    ),
    program(
        "the values of a run's info",
        _KEYS,
        _KEYS.replace("run_uuid", "run_id"),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="KeyError: run_uuid"),
            "3 after": Run(),
        },
    ),
    reported(
        "values that have another name",
        """
            import mlflow
            values = dict(mlflow.active_run().info)
            row = values
            row["run_uuid"] = "mine"
            print(values["run_uuid"])
            """,
    ),
    reported(
        "values that a function is given",
        """
            import mlflow
            values = dict(mlflow.active_run().info)
            fill(values)
            print(values["run_uuid"])
            """,
    ),
    reported(
        "what an annotation calls a run's info, beside a class of one's own",
        """
            import mlflow

            class Row:
                run_uuid = "mine"

            def show(info: mlflow.entities.RunInfo):
                return info.run_uuid

            show(Row())
            """,
    ),
    fixed(
        "values that an attribute keeps",
        """
            import mlflow


            class Row:
                def __init__(self, run: mlflow.entities.Run):
                    self.values = dict(run.info)

                def id(self):
                    return self.values.get("run_uuid")
            """,
        """
            import mlflow


            class Row:
                def __init__(self, run: mlflow.entities.Run):
                    self.values = dict(run.info)

                def id(self):
                    return self.values.get("run_id")
            """,
    ),
    fixed(
        "runs of a client",
        """
            from mlflow.tracking import MlflowClient

            client = MlflowClient()
            ids = [run.info.run_uuid for run in client.search_runs(["0"])]
            first = client.get_run(ids[0]).info.run_uuid
            """,
        """
            from mlflow.tracking import MlflowClient

            client = MlflowClient()
            ids = [run.info.run_id for run in client.search_runs(["0"])]
            first = client.get_run(ids[0]).info.run_id
            """,
    ),
    fixed(
        "the active run without a name of its own",
        """
            import mlflow
            print(mlflow.active_run().info.run_uuid)
            """,
        """
            import mlflow
            print(mlflow.active_run().info.run_id)
            """,
    ),
    fixed(
        "an annotated parameter",
        """
            from mlflow.entities import Run
            def show(run: Run):
                print(run.info.run_uuid)
            """,
        """
            from mlflow.entities import Run
            def show(run: Run):
                print(run.info.run_id)
            """,
    ),
    reported(
        "a run only by its name",
        """
            import mlflow
            def show(run):
                print(run.info.run_uuid)
            """,
        unsafe=True,
    ),
    reported(
        "a variable that is called information",
        """
            import mlflow
            for information in load_rows():
                print(information.run_uuid)
            """,
        unsafe=True,
    ),
    reported(
        "something else of that name",
        """
            import mlflow
            def show(row):
                print(row.run_uuid)
            """,
        unsafe=True,
    ),
    reported(
        "a pattern", "import mlflow\nmatch mlflow.active_run().info:\n    case object(run_uuid=i):\n        print(i)\n"
    ),
    untouched(
        "run_id",
        """
            import mlflow
            print(mlflow.active_run().info.run_id)
            """,
    ),
    untouched(
        "code without MLflow",
        """
            def show(run):
                return run.info.run_uuid
            """,
    ),
    untouched(
        "a class of one's own",
        """
            import mlflow

            class Info:
                def __init__(self):
                    self.run_uuid = "1"

            print(Info().run_uuid)
            """,
    ),
    untouched(
        "a variable of that name",
        """
            import mlflow
            run_uuid = mlflow.active_run().info.run_id
            print(run_uuid)
            """,
    ),
    untouched(
        "what a server answers",
        """
            import mlflow
            run = rest("mlflow/runs/get")["run"]
            print(run["info"]["run_uuid"])
            """,
    ),
    untouched(
        "a column of a table",
        """
            import mlflow
            frame = mlflow.search_runs()
            print(frame["run_uuid"])
            """,
    ),
    fixed(
        "runs that are collected in a list",
        """
            import mlflow
            runs = []
            for name in names:
                with mlflow.start_run(run_name=name) as run:
                    runs.append(run)
            print([run.info.run_uuid for run in runs], len(runs))
            """,
        """
            import mlflow
            runs = []
            for name in names:
                with mlflow.start_run(run_name=name) as run:
                    runs.append(run)
            print([run.info.run_id for run in runs], len(runs))
            """,
    ),
    reported(
        "a list to which others may add what they want",
        """
            import mlflow
            runs = []
            runs.append(mlflow.get_run(run_id))
            collect(runs)
            print([run.info.run_uuid for run in runs])
            """,
    ),
    fixed(
        "another dict of the same name has a key of its own",
        """
            import mlflow
            def mine():
                values = dict(mlflow.active_run().info)
                values["run_uuid"] = "mine"
                return values["run_uuid"]
            def theirs():
                values = dict(mlflow.active_run().info)
                return values["run_uuid"]
            """,
        """
            import mlflow
            def mine():
                values = dict(mlflow.active_run().info)
                values["run_uuid"] = "mine"
                return values["run_uuid"]
            def theirs():
                values = dict(mlflow.active_run().info)
                return values["run_id"]
            """,
    ),
    untouched(
        "a dict of a run's info with a key of its own",
        """
            import mlflow
            values = dict(mlflow.active_run().info, run_uuid="mine")
            print(values["run_uuid"])
            """,
    ),
    reported(
        "a key that is taken away before it is asked for",
        """
            import mlflow
            values = dict(mlflow.active_run().info)
            values.pop("run_uuid", None)
            print(values.get("run_uuid", "none"))
            """,
    ),
    untouched(
        "a key that is deleted",
        """
            import mlflow
            values = dict(mlflow.active_run().info, a=1)
            values["run_uuid"] = 1
            del values["run_uuid"]
            print(values.get("run_uuid", "none"))
            """,
    ),
    fixed(
        "whether it is there",
        """
            import mlflow
            run = mlflow.active_run()
            if hasattr(run.info, "run_uuid"):
                print(run.info.run_uuid)
            """,
        """
            import mlflow
            run = mlflow.active_run()
            if hasattr(run.info, "run_id"):
                print(run.info.run_id)
            """,
    ),
    fixed(
        "with another value where it is not there",
        """
            import mlflow
            print(getattr(mlflow.active_run().info, "run_uuid", None))
            """,
        """
            import mlflow
            print(getattr(mlflow.active_run().info, "run_id", None))
            """,
    ),
    reported(
        "asked of what may be a run's info",
        """
            import mlflow
            def identifier(info):
                return getattr(info, "run_uuid", None)
            """,
    ),
    reported(
        "whether what may be a run's info has it",
        """
            import mlflow
            def identifiers(infos):
                return [info for info in infos if hasattr(info, "run_uuid")]
            """,
    ),
    untouched(
        "with the new name as the other value",
        """
            import mlflow
            def identifier(info):
                return getattr(info, "run_uuid", info.run_id)
            """,
    ),
    untouched(
        "with the new name where it is not there",
        """
            import mlflow
            def identifier(info):
                first = getattr(info, "run_uuid", None) or info.run_id
                if hasattr(mlflow.active_run().info, "run_uuid"):
                    return first if hasattr(info, "run_uuid") else info.run_id
                return info.run_id
            """,
    ),
    untouched(
        "of something that is no run",
        """
            import mlflow, argparse
            given = argparse.ArgumentParser().parse_args()
            print(getattr(given, "run_uuid", None), hasattr(given, "run_uuid"))
            """,
    ),
    reported(
        "a loop over names",
        """
            import mlflow
            NAMES = ("run_uuid", "status")
            info = mlflow.active_run().info
            print({name: getattr(info, name) for name in NAMES})
            """,
    ),
    untouched(
        "a loop that passes over it",
        """
            import mlflow
            for name in ("run_uuid", "status"):
                if name != "run_uuid":
                    print(getattr(mlflow.active_run().info, name))
            """,
    ),
    reported(
        "a getter of the attribute itself",
        """
            import mlflow
            from operator import attrgetter
            identifier = attrgetter("run_uuid")
            print([identifier(run.info) for run in runs])
            """,
    ),
)

"""Examples of MLF403: objects of one's own that keep a run's info."""

from __future__ import annotations

from codemod.rules.base import Example, fixed, reported, untouched

EXAMPLES: tuple[Example, ...] = (
    fixed(
        "an object that is made with a run",
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            print(box.info.run_uuid)
            """,
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            print(box.info.run_id)
            """,
    ),
    reported(
        "an object that is made with a run and may get another thing",
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            if other:
                box.info = other
            print(box.info.run_uuid)
            """,
    ),
    untouched(
        "an object that is made with a run and gets another thing",
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            box.info = SimpleNamespace(run_uuid="a")
            print(box.info.run_uuid)
            """,
    ),
)

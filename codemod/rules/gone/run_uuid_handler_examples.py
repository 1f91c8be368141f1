"""Examples of MLF403: handlers of `AttributeError` around the old name and the new one."""

from __future__ import annotations

from codemod.rules.base import Example, fixed, untouched

EXAMPLES: tuple[Example, ...] = (
    *(
        fixed(
            f"a handler that runs for more, or instead of more: {title}",
            f"import mlflow\ninfo = mlflow.active_run().info\n{before}",
            f"import mlflow\ninfo = mlflow.active_run().info\n{before.replace('run_uuid', 'run_id')}",
        )
        for title, before in (
            (
                "what stands behind the old name",
                "try:\n    one = info.run_uuid\n    mlflow.set_tag('one', one)\nexcept AttributeError:\n    one = info.run_id\n",
            ),
            (
                "what stands in an `else`",
                "try:\n    one = info.run_uuid\nexcept AttributeError:\n    one = info.run_id\nelse:\n    mlflow.set_tag('one', one)\n",
            ),
            (
                "another attribute",
                "try:\n    one, name = info.run_id, info.run_name.lower()\nexcept AttributeError:\n    one, name = info.run_uuid, ''\n",
            ),
        )
    ),
    untouched(
        "a handler that makes up for all of it",
        """
        import mlflow
        info = mlflow.active_run().info
        def old():
            try:
                name = info.run_name.lower()
                one = info.run_uuid
                return one
            except AttributeError:
                one = info.run_id
                return one
        def new():
            try:
                mlflow.set_tag("one", info.run_id)
            except AttributeError:
                mlflow.set_tag("one", info.run_uuid)
        """,
    ),
)

"""Examples of MLF902."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_PROGRAM = """\
import mlflow
from mlflow import MlflowClient
from sklearn.linear_model import LinearRegression

model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
with mlflow.start_run():
    {assigned}mlflow.sklearn.log_model(model, "model", registered_model_name="line", pip_requirements=["scikit-learn"])
{alias}result = mlflow.pyfunc.load_model("models:/line@champion").predict([[2.0]]).round(6).tolist()
"""

_LOGGED = 'mlflow.sklearn.log_model(model, name="m", registered_model_name={name})\n'
_IMPORTS = "import mlflow\nfrom mlflow import MlflowClient\n"

EXAMPLES: tuple[Example, ...] = (
    program(
        "a model that is registered as it is logged",
        _PROGRAM.format(assigned="", alias=""),
        _PROGRAM.format(
            assigned="model_info = ",
            alias='    MlflowClient().set_registered_model_alias("line", "champion", model_info.registered_model_version)\n',
        ),
        runs={"2 before": Run(raises="MlflowException: alias champion not found"), "2 after": Run(), "3 after": Run()},
    ),
    fixed(
        "a model that is registered afterwards, in the code's own variables",
        """
        import mlflow
        client = mlflow.MlflowClient()
        version = mlflow.register_model(uri, NAME)
        """,
        """
        import mlflow
        client = mlflow.MlflowClient()
        version = mlflow.register_model(uri, NAME)
        client.set_registered_model_alias(NAME, "champion", version.version)
        """,
    ),
    fixed(
        "a version by a client, and an alias by another name",
        """
        from mlflow import MlflowClient

        def add(client: MlflowClient, source):
            return client.create_model_version("line", source).version
        """,
        """
        from mlflow import MlflowClient

        def add(client: MlflowClient, source):
            model_version = client.create_model_version("line", source)
            client.set_registered_model_alias("line", "best", model_version.version)
            return model_version.version
        """,
        add=("alias=best",),
    ),
    fixed(
        "a name that is computed is computed once",
        """
        import mlflow
        mlflow.register_model(uri, f"{team}-{stage}")
        """,
        """
        import mlflow
        from mlflow import MlflowClient
        registered_name = f"{team}-{stage}"
        model_version = mlflow.register_model(uri, registered_name)
        MlflowClient().set_registered_model_alias(registered_name, "champion", model_version.version)
        """,
    ),
    fixed(
        "a name that may be None",
        "import mlflow\n\ndef log(model, registered=None):\n    info = " + _LOGGED.format(name="registered"),
        _IMPORTS
        + "\ndef log(model, registered=None):\n    info = "
        + _LOGGED.format(name="registered")
        + "    if info.registered_model_version is not None:\n"
        '        MlflowClient().set_registered_model_alias(registered, "champion", info.registered_model_version)\n',
    ),
    fixed(
        "a name that is a string",
        "import mlflow\n\ndef log(model):\n    registered = 'a'\n    info = " + _LOGGED.format(name="registered"),
        _IMPORTS
        + "\ndef log(model):\n    registered = 'a'\n    info = "
        + _LOGGED.format(name="registered")
        + '    MlflowClient().set_registered_model_alias(registered, "champion", info.registered_model_version)\n',
    ),
    fixed(
        "a name that an annotation alone calls a string: callers may give None",
        "import mlflow\n\ndef log(model, registered: str = None):\n    info = " + _LOGGED.format(name="registered"),
        _IMPORTS
        + "\ndef log(model, registered: str = None):\n    info = "
        + _LOGGED.format(name="registered")
        + "    if info.registered_model_version is not None:\n"
        + '        MlflowClient().set_registered_model_alias(registered, "champion", info.registered_model_version)\n',
    ),
    fixed(
        "a client of another store is not asked",
        _IMPORTS + "other = MlflowClient(tracking_uri='sqlite:///b.db')\nv = mlflow.register_model(uri, 'line')\n",
        _IMPORTS + "other = MlflowClient(tracking_uri='sqlite:///b.db')\nv = mlflow.register_model(uri, 'line')\n"
        "MlflowClient().set_registered_model_alias('line', \"champion\", v.version)\n",
    ),
    fixed(
        "imported in the function only",
        """
        def log(uri):
            import mlflow
            mlflow.register_model(uri, "line")
        """,
        """
        def log(uri):
            import mlflow
            model_version = mlflow.register_model(uri, "line")
            from mlflow import MlflowClient
            MlflowClient().set_registered_model_alias("line", "champion", model_version.version)
        """,
    ),
    fixed(
        "another alias is set already",
        _IMPORTS + 'v = mlflow.register_model(uri, "line")\n'
        'MlflowClient().set_registered_model_alias("line", "challenger", v.version)\n',
        _IMPORTS + 'v = mlflow.register_model(uri, "line")\n'
        'MlflowClient().set_registered_model_alias("line", "champion", v.version)\n'
        'MlflowClient().set_registered_model_alias("line", "challenger", v.version)\n',
    ),
    reported(
        "handed on at once",
        """
        import mlflow
        show(mlflow.register_model(uri, "line"))
        """,
    ),
    reported(
        "in a comprehension",
        """
        import mlflow
        versions = [mlflow.register_model(uri, n) for n in names]
        """,
    ),
    reported(
        "on a line with others",
        """
        import mlflow
        if good: mlflow.register_model(uri, "line")
        """,
    ),
    untouched(
        "nothing is registered",
        """
        import mlflow
        mlflow.sklearn.log_model(model, name="m")
        """,
    ),
    fixed(
        "a name that a method of something else gives may be None",
        _IMPORTS + "info = " + _LOGGED.format(name='settings.replace("a")'),
        _IMPORTS
        + 'registered_name = settings.replace("a")\n'
        + "info = "
        + _LOGGED.format(name="registered_name")
        + "if info.registered_model_version is not None:\n"
        '    MlflowClient().set_registered_model_alias(registered_name, "champion", info.registered_model_version)\n',
    ),
    untouched("nor with None", "import mlflow\n" + _LOGGED.format(name="None")),
    untouched(
        "the alias is set",
        _IMPORTS + 'v = mlflow.register_model(uri, "line")\n'
        'MlflowClient().set_registered_model_alias("line", "champion", v.version)\n',
    ),
    untouched(
        "an alias that only the running program knows",
        _IMPORTS + "info = " + _LOGGED.format(name="settings.name") + "if alias:\n"
        "    MlflowClient().set_registered_model_alias(settings.name, alias, info.registered_model_version)\n",
    ),
    untouched(
        "another function decides which version is champion",
        _IMPORTS + 'def train():\n    mlflow.register_model(uri, "line")\n\n'
        'def promote(version):\n    MlflowClient().set_registered_model_alias("line", "champion", version)\n',
    ),
    untouched(
        "an empty model",
        """
        from mlflow import MlflowClient
        MlflowClient().create_registered_model("line")
        """,
    ),
    untouched(
        "somebody else's",
        """
        import other
        other.register_model(uri, "line")
        """,
    ),
    untouched(
        "a function of one's own",
        """
        def register_model(uri, name):
            pass
        register_model(uri, "line")
        """,
    ),
)

"""What became of the names and arguments of MLflow 2 that MLflow 3 lacks or warns about: data for the rules MLF401 to MLF409.

Where a name or argument exists, and since when it is gone, says the API data; here stands only what a person would have to look up:
what takes its place. tests/codemod/rules/test_removals.py holds every line against the API data.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemod.findings import Safety


class Fate(enum.Enum):
    """What can become of a name or an argument."""

    RENAMED = "renamed"
    MOVED = "moved"
    ARGUMENT_RENAMED = "argument renamed"
    ARGUMENT_NEGATED = "argument negated"
    ARGUMENT_DROPPED = "argument dropped"
    REPLACED = "replaced by"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Removal:
    """One name or argument of MLflow 2.

    Attributes:
        code: The rule that speaks of it.
        source: The name; for an argument the function that took it, or "" for all that log, save or package a model.
        fate: What became of it.
        parameter: The argument, "" when the whole name is meant.
        to: For a renamed, moved or replaced name the new dotted name; for a renamed argument its new name.
        advice: What to do, where no edit can do it.
        warns: For what still works: the first release that warns; "" for what is gone.
        ends: For what still works: the release that the warning names for its end; "" where it names none.
        before_2: Whether it was gone before MLflow 2.0 already, so that no release of the API data has it.
        telling: Whether the name alone makes MLflow likely when nobody can tell what it is an attribute of.
        safety: The verdict where its fate allows an edit.
    """

    code: str
    source: str
    fate: Fate
    parameter: str = ""
    to: str = ""
    advice: str = ""
    warns: str = ""
    ends: str = ""
    before_2: bool = False
    telling: bool = False
    safety: Safety = Safety.SAFE


def _gone(code: str, names: Sequence[str], advice: str, *, before_2: bool = False) -> Iterator[Removal]:
    for name in names:
        yield Removal(code, name, Fate.GONE, advice=advice, before_2=before_2, safety=Safety.MANUAL)


def _moved(code: str, names: dict[str, str], *, warns: str = "", safety: Safety = Safety.SAFE) -> Iterator[Removal]:
    for source, to in names.items():
        same_place = source.rpartition(".")[0] == to.rpartition(".")[0]
        fate = Fate.RENAMED if same_place else Fate.MOVED
        yield Removal(code, source, fate, to=to, warns=warns, safety=safety)


def _replaced(
    code: str, source: str, to: str, advice: str, *, telling: bool = False, before_2: bool = False
) -> Removal:
    return Removal(
        code, source, Fate.REPLACED, to=to, advice=advice, telling=telling, before_2=before_2, safety=Safety.MANUAL
    )


def _argument(code: str, functions: Sequence[str], parameter: str, advice: str) -> Iterator[Removal]:
    for function in functions:
        yield Removal(code, function, Fate.GONE, parameter, advice=advice, safety=Safety.MANUAL)


def _argument_renamed(
    code: str, functions: Sequence[str], parameter: str, to: str, *, warns: str = "", ends: str = ""
) -> Iterator[Removal]:
    for function in functions:
        yield Removal(code, function, Fate.ARGUMENT_RENAMED, parameter, to, warns=warns, ends=ends)


def _argument_dropped(code: str, functions: Sequence[str], parameters: Sequence[str], advice: str) -> Iterator[Removal]:
    for function in functions:
        for parameter in parameters:
            yield Removal(code, function, Fate.ARGUMENT_DROPPED, parameter, advice=advice)


_WRAP = "log the model by `mlflow.pyfunc.log_model` with a `PythonModel` that loads it"
_EVALUATE = ("mlflow.evaluate", "mlflow.models.evaluate")
_CLIENT = "mlflow.MlflowClient"
_GATEWAY_CLIENT = "use a `mlflow.deployments.get_deploy_client(uri)`"
_TRACE = ("get_trace", "set_trace_tag", "delete_trace_tag", "start_span", "end_span", "end_trace")
_TYPES = "mlflow.types.llm"
_RESPONSES = "mlflow.types.responses"

_MODULES = (
    *_gone("MLF401", ["mlflow.recipes"], "call the steps' functions yourself, or keep the recipe on MLflow 2"),
    *_gone("MLF401", ["mlflow.fastai", "mlflow.gluon", "mlflow.diviner", "mlflow.promptflow"], _WRAP),
    *_gone("MLF401", ["mlflow.mleap"], "log the Spark model by `mlflow.spark`, or convert it to ONNX for `mlflow.onnx`"),
    *_gone("MLF401", ["mlflow.llm"], "log prompts and answers by `mlflow.log_table`, or trace the calls"),
    *_gone("MLF401", ["mlflow.promptlab", "mlflow._promptlab"], "there is no successor; log the prompt's model by `mlflow.pyfunc`"),
    *_gone("MLF401", ["mlflow.pyfunc.mlserver"], "MLflow serves models by its own server only"),
    *_gone(
        "MLF401", ["mlflow.deployments.server.app", "mlflow.deployments.server.runner"],
        "start the AI gateway of the MLflow server instead of `mlflow deployments start-server`",
    ),
    _replaced("MLF401", "mlflow.keras_core", "mlflow.keras", "`mlflow.keras` logs models of Keras 3"),
    *_gone("MLF401", ["mlflow.pipelines"], "pipelines became recipes in 2.0, and recipes were removed in 3.0", before_2=True),
    *_gone("MLF401", ["mlflow.azureml"], "deploy by the `azureml-mlflow` plugin of `mlflow.deployments`", before_2=True),
)  # fmt: skip

_GATEWAY = (
    _replaced(
        "MLF402", "mlflow.gateway.query", "mlflow.deployments.get_deploy_client",
        "`mlflow.deployments.get_deploy_client(uri).predict(endpoint=route, inputs=data)` does it",
    ),
    *_gone("MLF402", [f"mlflow.gateway.{name}" for name in ("create_route", "delete_route")],
           f"{_GATEWAY_CLIENT} to `create_endpoint` or `delete_endpoint`"),
    *_gone("MLF402", [f"mlflow.gateway.{name}" for name in ("get_route", "search_routes")],
           f"{_GATEWAY_CLIENT} by `get_endpoint` or `list_endpoints`"),
    *_gone("MLF402", [f"mlflow.gateway.{name}" for name in ("get_limits", "set_limits")],
           "limits of a Databricks endpoint are part of its configuration now"),
    _replaced(
        "MLF402", "mlflow.gateway.MlflowGatewayClient", "mlflow.deployments.get_deploy_client",
        "`mlflow.deployments.get_deploy_client(uri)` gives a client whose `predict(endpoint=, inputs=)` asks a route",
    ),
    *_gone("MLF402", ["mlflow.gateway.client", "mlflow.gateway.fluent"], f"{_GATEWAY_CLIENT} instead"),
)  # fmt: skip

_EVALUATION = (
    *_moved("MLF403", {"mlflow.entities.RunInfo.run_uuid": "mlflow.entities.RunInfo.run_id"}),
    Removal(
        "MLF404", "mlflow.models.model.ModelInfo.signature_dict", Fate.REPLACED,
        to="mlflow.models.model.ModelInfo.signature", advice="use `signature.to_dict()`", telling=True,
    ),
    *_moved("MLF405", {"mlflow.evaluate": "mlflow.models.evaluate"}, warns="3.0"),
    *_argument_renamed("MLF405", _EVALUATE, "custom_metrics", "extra_metrics"),
    *_argument("MLF405", _EVALUATE, "validation_thresholds",
               "hand them with the result to `mlflow.validate_evaluation_results`"),
    *_argument("MLF405", _EVALUATE, "baseline_model",
               "evaluate it by a call of its own and hand both results to `mlflow.validate_evaluation_results`"),
    *_argument("MLF405", _EVALUATE, "baseline_config",
               "evaluate the baseline by a call of its own and give that one `model_config=`"),
    *_moved("MLF405", {"mlflow.models.MetricThreshold.higher_is_better": "mlflow.models.MetricThreshold.greater_is_better"}),
    *_argument_renamed("MLF405", ["mlflow.models.MetricThreshold"], "higher_is_better", "greater_is_better"),
    *_gone("MLF405", ["mlflow.models.EvaluationResult.baseline_model_metrics"],
           "evaluate the baseline by a call of its own; its result has the metrics"),
    *_moved("MLF405", {
        "mlflow.models.evaluation.default_evaluator.DefaultEvaluator":
            "mlflow.models.evaluation.evaluators.default.DefaultEvaluator",
    }, safety=Safety.UNSAFE),
    _replaced("MLF405", "mlflow.sklearn.eval_and_log_metrics", "mlflow.models.evaluate",
              "`mlflow.models.evaluate` logs metrics of a model on data", before_2=True),
)  # fmt: skip

_AUTOLOG = (
    *_argument_dropped(
        "MLF406", ["mlflow.langchain.autolog", "mlflow.openai.autolog"],
        ["log_models", "log_input_examples", "log_model_signatures", "log_datasets", "registered_model_name", "extra_tags"],
        "autologging of this library only traces; log the model by a call of its own",
    ),
    *_argument_dropped(
        "MLF406", ["mlflow.langchain.autolog"], ["log_inputs_outputs", "extra_model_classes"],
        "autologging of this library only traces; traces hold inputs and outputs",
    ),
    *_argument_renamed("MLF406", ["mlflow.tensorflow.autolog", "mlflow.keras.autolog"], "every_n_iter", "log_every_n_steps"),
)  # fmt: skip

_TRACING = (
    # `deprecated_parameter("request_id", "trace_id", version="3.0.0")` in mlflow/tracking/client.py of 3.18.
    *_argument_renamed("MLF407", [f"{_CLIENT}.{name}" for name in _TRACE], "request_id", "trace_id", warns="3.0", ends="3.0.0"),
    *_argument_renamed("MLF407", ["mlflow.get_trace"], "request_id", "trace_id", warns="3.0"),
    *_argument_renamed("MLF407", [f"{_CLIENT}.delete_traces"], "request_ids", "trace_ids"),
    *(
        Removal("MLF407", "mlflow.entities.TraceInfo", Fate.GONE, parameter, advice=f"it is `{new}`", safety=Safety.MANUAL)
        for parameter, new in {
            "request_id": "trace_id", "experiment_id": "trace_location=TraceLocation.from_experiment_id(...)",
            "timestamp_ms": "request_time", "execution_time_ms": "execution_duration", "status": "state",
            "request_metadata": "trace_metadata",
        }.items()
    ),
    *_argument("MLF407", ["mlflow.entities.TraceData"], "request", "the root span's inputs are the request"),
    *_argument("MLF407", ["mlflow.entities.TraceData"], "response", "the root span's outputs are the response"),
    *_moved("MLF407", {"mlflow.delete_feedback": "mlflow.delete_assessment", "mlflow.delete_expectation": "mlflow.delete_assessment"},
            safety=Safety.UNSAFE),
    *(
        _replaced("MLF407", source, "mlflow.update_assessment", f"`mlflow.update_assessment` takes a whole `{what}`")
        for source, what in {"mlflow.update_feedback": "Feedback", "mlflow.update_expectation": "Expectation"}.items()
    ),
    _replaced("MLF407", f"{_CLIENT}.log_assessment", "mlflow.log_feedback", "call `mlflow.log_feedback` or `mlflow.log_expectation`"),
    _replaced("MLF407", f"{_CLIENT}.update_assessment", "mlflow.update_assessment", "call `mlflow.update_assessment`"),
    _replaced("MLF407", f"{_CLIENT}.delete_assessment", "mlflow.delete_assessment", "call `mlflow.delete_assessment`"),
)  # fmt: skip

_PROMPT_FUNCTIONS = ("register_prompt", "load_prompt", "set_prompt_alias", "delete_prompt_alias")

_PROMPTS = (
    *_moved("MLF408", {f"mlflow.{name}": f"mlflow.genai.{name}" for name in _PROMPT_FUNCTIONS}, warns="3.1"),
    *_argument_renamed("MLF408", ["mlflow.register_prompt", f"{_CLIENT}.register_prompt"], "version_metadata", "tags"),
    _replaced("MLF408", "mlflow.delete_prompt", f"{_CLIENT}.delete_prompt_version",
              "`mlflow.MlflowClient().delete_prompt_version(name, version)` does it"),
    *_argument("MLF408", [f"{_CLIENT}.delete_prompt"], "version",
               "`delete_prompt` deletes the whole prompt now; `delete_prompt_version(name, version)` deletes one version"),
    _replaced("MLF408", f"{_CLIENT}.log_prompt", f"{_CLIENT}.link_prompt_version_to_run",
              "`link_prompt_version_to_run(run_id, prompt)` does it", telling=True),
    *_moved("MLF408", {"mlflow.entities.Prompt.version_metadata": "mlflow.entities.model_registry.PromptVersion.tags"},
            safety=Safety.UNSAFE),
)  # fmt: skip

_OTHERS = (
    Removal("MLF409", "mlflow.types.ColSpec", Fate.ARGUMENT_NEGATED, "optional", "required", advice="`required=False` means what `optional=True` meant"),
    *_moved("MLF409", {"mlflow.pyfunc.load_pyfunc": "mlflow.pyfunc.load_model"}, warns="3.0"),
    _replaced("MLF409", "mlflow.get_last_active_trace", "mlflow.get_last_active_trace_id",
              "`mlflow.get_trace(mlflow.get_last_active_trace_id(), flush=True)` gives the trace"),
    *_moved("MLF409", {
        f"mlflow.{library}.{name}": f"mlflow.{library}.model.{name}"
        for library in ("langchain", "llama_index", "openai")
        for name in ("get_default_conda_env", "get_default_pip_requirements")
    }),
    *_moved("MLF409", {f"{_TYPES}.Chat{name}": f"{_TYPES}.ChatCompletion{name}" for name in ("Request", "Response")}),
    *_argument_renamed("MLF409", [f"{_TYPES}.{name}" for name in ("ChatParams", "ChatRequest")], "metadata", "custom_inputs"),
    *_argument_renamed("MLF409", [f"{_TYPES}.ChatResponse"], "metadata", "custom_outputs"),
    *_moved("MLF409", {f"{_TYPES}.ChatParams.metadata": f"{_TYPES}.ChatParams.custom_inputs"}),
    *_moved("MLF409", {
        f"{_RESPONSES}.Responses{name}": f"{_RESPONSES}.ResponsesAgent{name}" for name in ("Request", "Response", "StreamEvent")
    }),
    # No renames: the constants that are left name other tags.
    *_gone("MLF409", ["mlflow.utils.mlflow_tags.LEGACY_MLFLOW_GIT_BRANCH_NAME"],
           "it was the tag `mlflow.gitBranchName`, which MLflow 3 does not set; `MLFLOW_GIT_BRANCH` is `mlflow.source.git.branch`"),
    *_gone("MLF409", ["mlflow.utils.mlflow_tags.LEGACY_MLFLOW_GIT_REPO_URL"],
           "it was the tag `mlflow.gitRepoURL`, which MLflow 3 does not set; `MLFLOW_GIT_REPO_URL` is `mlflow.source.git.repoURL`"),
    *_moved("MLF409", {
        "mlflow.utils.time_utils.get_current_time_millis": "mlflow.utils.time.get_current_time_millis",
        "mlflow.utils.databricks_utils.get_databricks_runtime": "mlflow.utils.databricks_utils.get_databricks_runtime_version",
    }),
    *(
        _replaced("MLF409", f"{place}.{old}", f"{place}.{new}", advice, telling=place == _CLIENT, before_2=True)
        for old, new, advice in (
            ("list_experiments", "search_experiments", "`search_experiments()` gives them"),
            ("list_run_infos", "search_runs", "`[run.info for run in client.search_runs([experiment_id])]` gives them"),
            ("list_registered_models", "search_registered_models", "`search_registered_models()` gives them"),
        )
        for place in (_CLIENT, "mlflow")
        if (place, old) != ("mlflow", "list_registered_models")
    ),
    *_gone("MLF409", ["mlflow.sagemaker.deploy", "mlflow.sagemaker.delete"],
           "use `mlflow.deployments.get_deploy_client(\"sagemaker:/region\")`", before_2=True),
)  # fmt: skip

#: Every entry; the order has no meaning.
REMOVALS: tuple[Removal, ...] = (
    *_MODULES, *_GATEWAY, *_EVALUATION, *_AUTOLOG, *_TRACING, *_PROMPTS, *_OTHERS,
)  # fmt: skip

#: Arguments of the functions that log, save or package a model, wherever one of these has it, by their name; MLF106 speaks of them.
MODEL_ARGUMENTS = {
    entry.parameter: entry
    for entry in (
        *_argument_renamed("MLF106", [""], "code_path", "code_paths"),
        *_argument_renamed("MLF106", [""], "inference_config", "model_config"),
        *_argument_dropped("MLF106", [""], ["example_no_conversion"], "MLflow 3 never converts the input example"),
        *_argument("MLF106", [""], "requirements_file", "pass the file's lines as `pip_requirements=` or `extra_pip_requirements=`"),
        *_argument("MLF106", [""], "sample_input", "it served the MLeap flavor, which is gone; drop it and log without MLeap"),
        *_argument(
            "MLF106", [""], "enable_mlserver", "MLServer support was removed in 3.13; drop it and serve with the default server"
        ),
    )
}  # fmt: skip

#: Classes whose instances MLflow 3 gives where MLflow 2 gave others: what the new one has is not gone.
SUCCESSORS = {"mlflow.entities.Prompt": "mlflow.entities.model_registry.PromptVersion"}

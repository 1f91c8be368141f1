"""The rules, one module each, and which of them a run uses."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Sequence

from codemod.rules.base import Rule
from codemod.settings import Settings

_MODULES = (
    "log_model_name",
    "invalid_model_name",
    "sklearn_serialization",
    "pytorch_serialization",
    "lightgbm_serialization",
    "removed_log_argument",
    "shifted_positional",
    "log_model_without_run",
    "duplicate_model_name",
    "file_beside_model",
    "model_by_artifact_uri",
    "version_from_run_path",
    "model_uri_surgery",
    "model_in_run_artifacts",
    "runs_uri_metadata",
    "register_plain_artifact",
    "stage_transition",
    "stage_uri",
    "latest_versions",
    "removed_module",
    "gateway_client",
    "run_uuid",
    "signature_dict",
    "evaluate",
    "autolog_arguments",
    "trace_names",
    "prompt_api",
    "moved_names",
    "file_store",
    "mlflow_pin",
    "server_command",
    "two_x_constraints",
    "default_store_scheme",
    "add_signature",
    "add_alias",
    "add_autolog",
    "add_alias_readers",
)

# What `--add` calls the rules that nobody gets without asking.
IMPROVEMENTS = {"signature": "MLF901", "alias": "MLF902", "autolog": "MLF903", "alias-readers": "MLF905"}


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Give every rule, by code."""
    rules = [importlib.import_module(f"codemod.rules.{module}").RULE for module in _MODULES]
    return tuple(sorted(rules, key=lambda rule: rule.code))


def selected(settings: Settings) -> tuple[Rule, ...]:
    """Give the rules that a run applies: ``select`` and ``ignore`` hold codes or prefixes of codes; ``add`` selects too."""
    added = {code for name, code in IMPROVEMENTS.items() if settings.added(name) is not None}
    return tuple(
        rule
        for rule in all_rules()
        if (rule.code in added or _chosen(rule, settings.select)) and not _matches(rule.code, settings.ignore)
    )


def _chosen(rule: Rule, select: Sequence[str]) -> bool:
    if not select:
        return not rule.opt_in
    return _matches(rule.code, select)


def _matches(code: str, prefixes: Sequence[str]) -> bool:
    return any(prefix in ("ALL", "") or code.startswith(prefix) for prefix in prefixes)

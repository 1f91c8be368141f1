"""Parameters of a class: what its constructor takes, written out or made by a decorator or a base."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemod.mlflow_api.generate.declarations import Class, Field, Function
from codemod.mlflow_api.generate.release import Release, definition, resolution_order
from codemod.mlflow_api.signatures import Parameter, ParameterKind

ANYTHING = (Parameter("args", ParameterKind.VAR_POSITIONAL), Parameter("kwargs", ParameterKind.VAR_KEYWORD))
ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
#: Foreign bases that have no constructor of their own.
SILENT = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})


def constructor(release: Release, place: str) -> tuple[Parameter, ...]:
    """Return the parameters that a call of the class takes.

    A base outside MLflow whose constructor is not known gives `*args, **kwargs`: anything may be passed.
    """
    order = resolution_order(release, place)
    if any(base in ENUMS for base in order):
        return (Parameter("value", ParameterKind.POSITIONAL_OR_KEYWORD),)
    for index, base in enumerate(order):
        found = definition(release, base)
        if not isinstance(found, Class):
            if base == "typing.NamedTuple":
                return _named_tuple(definition(release, order[index - 1]))
            if _is_pydantic(base):
                return _pydantic(release, order)
            if base in SILENT:
                continue
            return ANYTHING
        for method in ("__init__", "__new__"):
            member = found.members.get(method)
            if isinstance(member, Function):
                return bound(member)
        if _dataclass_options(found, "init") != "False" and _is_dataclass(found):
            return _dataclass(release, order[index:])
    return ()


def bound(function: Function) -> tuple[Parameter, ...]:
    """Return the parameters of a method without the one that Python fills in."""
    parameters = function.parameters
    first_is_filled = (
        function.form != "staticmethod" and parameters and parameters[0].kind <= ParameterKind.POSITIONAL_OR_KEYWORD
    )
    return parameters[1:] if first_is_filled else parameters


def _is_dataclass(found: Class) -> bool:
    return any(name.rpartition(".")[2] == "dataclass" for name, _ in found.decorators)


def _dataclass_options(found: Class, option: str) -> str | None:
    for name, keywords in found.decorators:
        if name.rpartition(".")[2] == "dataclass":
            return dict(keywords).get(option)
    return None


def _is_pydantic(base: str) -> bool:
    return base.split(".")[0] in {"pydantic", "pydantic_settings"} and base.rpartition(".")[2] in {
        "BaseModel",
        "BaseSettings",
    }


def _dataclass(release: Release, order: Iterable[str]) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    for base in reversed(list(order)):
        one = definition(release, base)
        if not isinstance(one, Class) or not _is_dataclass(one):
            continue
        keyword_only = _dataclass_options(one, "kw_only") == "True"
        for field in one.fields:
            if _last_name(field.annotation) == "KW_ONLY":
                keyword_only = True
            elif not _is_class_variable(field):
                options = _field_options(field.default)
                if options.get("init") == "False":
                    continue
                by_keyword = options.get("kw_only", str(keyword_only)) == "True"
                kind = ParameterKind.KEYWORD_ONLY if by_keyword else ParameterKind.POSITIONAL_OR_KEYWORD
                found[field.name] = Parameter(field.name, kind, _field_default(field.default, options))
    return tuple(sorted(found.values(), key=lambda parameter: parameter.kind))


def _pydantic(release: Release, order: Iterable[str]) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    extra: tuple[Parameter, ...] = ()
    for base in reversed(list(order)):
        one = definition(release, base)
        for field in one.fields if isinstance(one, Class) else ():
            if not field.name.startswith("_") and field.name != "model_config" and not _is_class_variable(field):
                default = _field_default(field.default, _field_options(field.default))
                found[field.name] = Parameter(field.name, ParameterKind.KEYWORD_ONLY, default)
        if isinstance(one, Class) and one.allows_extra:
            extra = (Parameter("extra_data", ParameterKind.VAR_KEYWORD),)
    return (*found.values(), *extra)


def _named_tuple(found: object) -> tuple[Parameter, ...]:
    fields = found.fields if isinstance(found, Class) else ()
    return tuple(Parameter(field.name, ParameterKind.POSITIONAL_OR_KEYWORD, field.default) for field in fields)


def _last_name(annotation: str) -> str:
    return annotation.partition("[")[0].rpartition(".")[2]


def _is_class_variable(field: Field) -> bool:
    return _last_name(field.annotation) == "ClassVar"


def _field_options(default: str | None) -> dict[str, str]:
    """Return the keywords of `field(…)` or `Field(…)`; the positional argument of pydantic's is its default."""
    if default is None:
        return {}
    node = ast.parse(default, mode="eval").body
    if not isinstance(node, ast.Call) or _last_name(ast.unparse(node.func)).lower() not in {"field", "privateattr"}:
        return {"default": default}
    options = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg}
    if node.args:
        options["default"] = ast.unparse(node.args[0])
    return options


def _field_default(default: str | None, options: dict[str, str]) -> str | None:
    if "default" in options:
        return None if options["default"] in {"...", "Ellipsis"} else options["default"]
    return default if "default_factory" in options else None

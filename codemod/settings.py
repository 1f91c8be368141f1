"""What a run was asked to do, as one value that travels to every stage and worker."""

from __future__ import annotations

from dataclasses import dataclass, field


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
    """

    target: str = "3"
    unsafe: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    sklearn_format: str = "cloudpickle"
    pytorch_format: str = "pickle"
    name_from: str = "artifact-path"
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())

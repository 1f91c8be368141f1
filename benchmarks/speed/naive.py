"""The codemod that one writes in an evening: libcst over whole files, names by `QualifiedNameProvider`.

It stands here as the thing to compare with, and does what such scripts do: it renames ``artifact_path`` in ``log_model``.
"""

from __future__ import annotations

from typing import ClassVar

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand
from libcst.metadata import QualifiedNameProvider


class RenameArtifactPath(VisitorBasedCodemodCommand):
    """Renames ``artifact_path`` to ``name`` in calls of ``mlflow.<flavor>.log_model``."""

    DESCRIPTION = "Rename artifact_path to name."
    METADATA_DEPENDENCIES: ClassVar[tuple[type[QualifiedNameProvider]]] = (QualifiedNameProvider,)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802 - libcst's name
        """Rename the argument of one call."""
        names = self.get_metadata(QualifiedNameProvider, original_node.func, set()) or set()
        if not any(name.name.startswith("mlflow.") and name.name.endswith(".log_model") for name in names):
            return updated_node
        arguments = [
            argument.with_changes(keyword=cst.Name("name"))
            if argument.keyword is not None and argument.keyword.value == "artifact_path"
            else argument
            for argument in updated_node.args
        ]
        return updated_node.with_changes(args=arguments)

"""The rename that MLflow's migration guide asks for, done carefully: what is left to break is what the guide does not say."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from benchmarks.programs.notebooks import to_script

_MODEL_FIRST = 1  # the second positional of log_model(model, artifact_path)
_POSITIONS = {"pyfunc": 0, "openai": 2, "langchain": 1}
_WITHOUT_NAME = {"spark", "mleap", "fastai"}  # these take no `name` on any 3.x, or are gone


def rename(root: Path) -> int:
    """Rename ``artifact_path`` to ``name`` in every ``log_model`` call of MLflow below a folder.

    Args:
        root: The folder; ``.py`` files and notebooks are rewritten in place.

    Returns:
        The number of calls that were changed.
    """
    changed = 0
    for path in sorted(root.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".py":
            changed += _rename_script(path)
        elif path.suffix == ".ipynb":
            changed += _rename_notebook(path)
    return changed


def rename_text(source: str) -> tuple[str, int]:
    """Rename in the text of one file.

    Args:
        source: Python code.

    Returns:
        The new code and the number of changed calls; the code as it was where it does not parse.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return source, 0
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    edits = [edit for node in ast.walk(tree) if isinstance(node, ast.Call) and (edit := _edit(node, starts))]
    data = source.encode()
    for start, end, text in sorted(edits, reverse=True):
        data = data[:start] + text + data[end:]
    return data.decode(), len(edits)


def _edit(call: ast.Call, starts: list[int]) -> tuple[int, int, bytes] | None:
    function = call.func
    if not (isinstance(function, ast.Attribute) and function.attr == "log_model"):
        return None
    module = ast.unparse(function.value)
    flavor = module.rsplit(".", 1)[-1]
    if not module.startswith("mlflow") or flavor in _WITHOUT_NAME:
        return None
    for keyword in call.keywords:
        if keyword.arg == "artifact_path":
            start = starts[keyword.lineno - 1] + keyword.col_offset
            return start, start + len("artifact_path"), b"name"
    position = _POSITIONS.get(flavor, _MODEL_FIRST)
    if len(call.args) == position + 1 and not isinstance(call.args[position], ast.Starred):
        value = call.args[position]
        start = starts[value.lineno - 1] + value.col_offset
        return start, start, b"name="
    return None


def _rename_script(path: Path) -> int:
    try:
        source = path.read_bytes().decode()
    except UnicodeDecodeError:
        return 0
    new, count = rename_text(source)
    if count:
        path.write_bytes(new.encode())
    return count


def _rename_notebook(path: Path) -> int:
    data = path.read_bytes()
    try:
        to_script(data)
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, AttributeError):
        return 0
    count = 0
    for cell in document.get("cells", []):
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        new, changed = rename_text(_masked(text))
        if changed:
            count += changed
            cell["source"] = _unmasked(new).splitlines(keepends=True)
    if count:
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    return count


def _masked(cell: str) -> str:
    return "".join(f"#|{line}" if line.lstrip()[:1] in {"%", "!"} else line for line in cell.splitlines(keepends=True))


def _unmasked(cell: str) -> str:
    return "".join(line.removeprefix("#|") for line in cell.splitlines(keepends=True))

"""Fingerprints stay when lines move and differ when the code does."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from codemod.engine import migrate
from codemod.findings import Finding, Location, Outcome, Safety, State
from codemod.gate.fingerprints import fingerprint, fingerprints, numbered
from codemod.settings import Settings

CODE = 'import mlflow\nmlflow.sklearn.log_model(model, "model")\nmlflow.sklearn.log_model(other, "other")\n'
FINDING = Finding("MLF101", "text", Location(0, 0, 1, 3, 1, 3, 2), Safety.SAFE, source_line="log_model(a, 'b')")


def of(code: str, path: str = "train.py") -> list[str]:
    return fingerprints(path, migrate(path, code.encode(), Settings()).findings)


def test_moved_and_indented_lines_keep_their_fingerprints() -> None:
    names = of(CODE)
    assert len(names) >= 2
    assert of("# new\n\n" + CODE) == names
    indented = CODE.replace("mlflow.sk", "if model:\n    mlflow.sk", 1)
    assert of(indented) == names


def test_a_finding_between_others_leaves_their_fingerprints() -> None:
    added = CODE.replace("mlflow.sklearn", 'mlflow.sklearn.log_model(third, "third")\nmlflow.sklearn', 1)
    assert set(of(CODE)) < set(of(added))


def test_equal_lines_are_counted() -> None:
    names = fingerprints("a.py", (FINDING, FINDING))
    assert names == [fingerprint("a.py", FINDING, 0), fingerprint("a.py", FINDING, 1)]
    assert len(set(names)) == 2


def test_a_filter_does_not_change_names() -> None:
    """Of two equal lines the second keeps its name where the first is left out: by --since, by a baseline."""
    doubled = Outcome("a.py", State.BY_HAND, (FINDING, replace(FINDING, source_line="other"), FINDING))
    names = fingerprints("a.py", doubled.findings)
    assert fingerprints("a.py", numbered(doubled).findings) == names
    assert fingerprints("a.py", numbered(doubled).findings[1:]) == names[1:]
    assert fingerprints("a.py", doubled.findings[1:]) != names[1:]


def test_code_path_and_line_count() -> None:
    name = fingerprint("a/b.py", FINDING, 0)
    others = [
        fingerprint("a/c.py", FINDING, 0),
        fingerprint("a/b.py", replace(FINDING, code="MLF102"), 0),
        fingerprint("a/b.py", replace(FINDING, source_line="log_model(a, 'c')"), 0),
    ]
    assert name not in others
    assert fingerprint("a\\b.py", FINDING, 0) == name


def test_the_form_is_kept() -> None:
    """Baselines in repositories hold these names: a change of the form would make all of them new."""
    assert fingerprint("a/b.py", FINDING, 0) == "cde9606c722d110c2599fae9b4428279"


@given(st.text(), st.text(), st.integers(0, 5))
def test_any_text_has_a_fingerprint(path: str, line: str, occurrence: int) -> None:
    name = fingerprint(path, replace(FINDING, source_line=line), occurrence)
    assert len(name) == 32
    assert int(name, 16) >= 0

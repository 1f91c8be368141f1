"""What a release of MLflow 3 does with the rules' examples and with the life cycle of a scikit-learn model, and the record of it.

releases.json keeps what was tried; ``python -m compat_tests.trials`` makes the README's table from it.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from codemod.rules import all_rules
from compat_tests.cells import ClientError, MatrixCell
from compat_tests.claims import CLAIMS, Claim, contradiction, is_expected, run_programs
from compat_tests.environments import PROJECT, Environment
from compat_tests.migration import MigrationError, stage_migrated
from compat_tests.processes import StartError
from compat_tests.servers import mlflow_server

RECORD = Path(__file__).with_name("releases.json")
_SUBJECT = "scikit_learn"


@dataclass(frozen=True, slots=True)
class Trial:
    """What one release did.

    Attributes:
        release: The release of MLflow.
        contradictions: How each claim is contradicted, by the claim's name; only those that are.
        life_cycle: What went wrong in the life cycle; "" when it passed, None when it was not tried.
        problem: Why the programs could not even begin, or "": then nothing is known of the claims.
    """

    release: str
    contradictions: Mapping[str, str]
    life_cycle: str | None = None
    problem: str = ""

    def broken(self) -> list[str]:
        """Return what should hold on this release and does not, one line each."""
        found = [self.problem] if self.problem else []
        found += [
            f"{claim}: {self.contradictions[str(claim)]}"
            for claim in claims_on_3()
            if str(claim) in self.contradictions and is_expected(claim, self.release)
        ]
        return found + ([f"life cycle: {self.life_cycle}"] if self.life_cycle else [])


def claims_on_3() -> list[Claim]:
    """Return the claims about MLflow 3."""
    return [claim for claim in CLAIMS if claim.line == "3"]


def minor(release: str) -> tuple[int, ...]:
    """Return major and minor of a release."""
    return tuple(int(part) for part in release.split(".")[:2])


def try_release(client: Environment, release: str, *, life_cycle: bool) -> Trial:
    """Run everything on one release. A program that did what is claimed in this very environment is not run again.

    Args:
        client: An environment that has it.
        release: Its version.
        life_cycle: Whether a model is trained, served and loaded as well, on a server of the same release.
    """
    kept = _Held(client)
    try:
        outcomes = run_programs(client, claims := [claim for claim in claims_on_3() if not kept.has(claim)])
    except RuntimeError as error:  # such as a release that cannot be imported with today's packages
        return Trial(release, {}, problem=" ".join(str(error).split())[-300:])
    found = {str(claim): contradiction(claim, outcomes[str(claim)]) for claim in claims}
    kept.add(claim for claim in claims if found[str(claim)] is None)
    lived = _live(client, release) if life_cycle else None
    return Trial(release, {name: text for name, text in found.items() if text is not None}, lived)


class _Held:
    """The claims that held in an environment; they are kept in its folder, which goes when its packages change."""

    def __init__(self, client: Environment) -> None:
        self._file = client.python.parents[1] / "held.json"
        self._keys: set[str] = set(json.loads(self._file.read_text(encoding="utf-8"))) if self._file.exists() else set()

    def has(self, claim: Claim) -> bool:
        return self._key(claim) in self._keys

    def add(self, claims: Iterable[Claim]) -> None:
        self._keys |= {self._key(claim) for claim in claims}
        if self._file.parent.is_dir():
            self._file.write_text(json.dumps(sorted(self._keys)), encoding="utf-8")

    @staticmethod
    def _key(claim: Claim) -> str:
        """Return a digest of the program, of what it must do, and of what runs it."""
        runner = Path(__file__).with_name("programs.py").read_bytes()
        return hashlib.sha256(repr((claim.program, claim.expected)).encode() + runner).hexdigest()[:16]


def _live(client: Environment, release: str) -> str:
    """Go through the life cycle of the migrated scikit-learn program; return what went wrong, "" for nothing."""
    with tempfile.TemporaryDirectory(prefix="release-") as name:
        place = Path(name)
        try:
            sources = stage_migrated(place / "sources", ["--target", ".".join(release.split(".")[:2])])
            with mlflow_server(client, place / "server") as server:
                record = MatrixCell(client, sources, place / "client", server.uri).live(_SUBJECT)
        except (MigrationError, StartError, ClientError) as error:
            return " ".join(str(error).split())[:300]
    return f"{_SUBJECT}: {record.failure}" if record.failure else ""


@dataclass(frozen=True, slots=True)
class Trials:
    """What was tried, as it is kept.

    Attributes:
        claims: The names of the claims that were tried.
        trials: What the releases did, oldest first.
    """

    claims: tuple[str, ...]
    trials: tuple[Trial, ...]

    @classmethod
    def of(cls, trials: Iterable[Trial]) -> Trials:
        """Return the record of trials of the claims that the rules make now."""
        claims = sorted(str(claim) for claim in claims_on_3())
        return cls(tuple(claims), tuple(sorted(trials, key=lambda trial: minor(trial.release))))

    @classmethod
    def read(cls, file: Path = RECORD) -> Trials:
        """Return the record that a file holds."""
        content = json.loads(file.read_text(encoding="utf-8"))
        trials = (
            Trial(release, entry["contradicted"], entry["life cycle"], entry["problem"])
            for release, entry in content["releases"].items()
        )
        return cls(tuple(content["claims"]), tuple(trials))

    def text(self) -> str:
        """Return the content of the file that holds it."""
        releases = {
            trial.release: {
                "problem": trial.problem,
                "life cycle": trial.life_cycle,
                "contradicted": dict(sorted(trial.contradictions.items())),
            }
            for trial in self.trials
        }
        content = {"claims": self.claims, "releases": releases}
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    def untried(self) -> list[str]:
        """Return the claims of the rules that were made after it."""
        return [str(claim) for claim in claims_on_3() if str(claim) not in self.claims]

    def table(self) -> str:
        """Return a Markdown table: for each rule, from which of the tried releases on its old and its new form do what it says."""
        lived = [trial.release for trial in self.trials if trial.life_cycle == ""]
        lines = [f"Tried on {', '.join(trial.release for trial in self.trials)}."]
        if lived:
            lines[0] += f" A scikit-learn model was trained, served and loaded on {', '.join(lived)}."
        lines += ["", "| rule | changed in | old form does what the rule says from | new form runs from |"]
        lines += ["|---|---|---|---|"]
        rules = {rule.code: rule for rule in all_rules()}
        for code in sorted({name.partition(":")[0] for name in self.claims} & rules.keys()):
            mine = {name for name in self.claims if name.startswith(f"{code}: ")}
            old = {name for name in mine if name.endswith(" before")}
            cells = (f"{code} {rules[code].name}", rules[code].since, self._from(old), self._from(mine - old))
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"

    def _from(self, claims: Set[str]) -> str:
        """Say from which release on all claims hold."""
        if not claims:
            return "–"
        since = ""
        for trial in reversed(self.trials):
            if trial.problem or claims & trial.contradictions.keys():
                break
            since = trial.release
        if not since:
            return f"not on {self.trials[-1].release}"
        return f"{since} or before" if since == self.trials[0].release else since


_PART = re.compile(r"(?P<begin><!-- made by: python -m compat_tests\.trials -->\n).*?(?P<end><!-- end -->)", re.DOTALL)


def with_table(document: str, table: str) -> str:
    """Return a document with the table in the place that is marked for it.

    Args:
        document: Markdown with the marks.
        table: What stands between them afterwards.
    """
    return _PART.sub(lambda part: f"{part['begin']}\n{table}\n{part['end']}", document)


if __name__ == "__main__":
    readme = PROJECT / "README.md"
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), Trials.read().table()), encoding="utf-8")

"""The result as JSON, for programs. ``verify-1.schema.json`` beside this file is its JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codemod.version import __version__
from compat_tests.verify.places import MeasuredPlace
from compat_tests.verify.proof import ComparedWorld, Failure, Proof, WorldResult
from compat_tests.verify.rows import Row

VERSION = 1
SCHEMA = Path(__file__).with_name("verify-1.schema.json")


def render(proof: Proof) -> str:
    """Return the result as one JSON document with a newline at its end."""
    return json.dumps(document(proof), indent=2) + "\n"


def document(proof: Proof) -> dict[str, Any]:
    """Return the result as plain values, as the schema says."""
    return {
        "version": VERSION,
        "tool": {"name": "mlflow-codemod", "version": __version__},
        "project": proof.project,
        "command": list(proof.command),
        "apply": list(proof.options),
        "verdict": proof.verdict.value,
        "exit_code": proof.exit_code,
        "interrupted": proof.interrupted,
        "worlds": [_world(world) for world in proof.worlds],
        "cells": [_cell(cell) for cell in proof.cells],
        "places": [_place(place) for place in proof.places],
        "failure": None if proof.failure is None else _failure(proof.failure),
        "notes": list(proof.notes),
        "unanalysed": list(proof.unanalysed),
        "bisection": list(proof.bisection),
        "seconds": dict(proof.seconds),
    }


def _world(world: WorldResult) -> dict[str, Any]:
    return {
        "label": world.label,
        "client": world.client,
        "server": world.server,
        "status": world.status,
        "seconds": world.seconds,
        "runs": world.runs,
        "models": world.models,
        "replaced": list(world.replaced),
    }


def _cell(cell: ComparedWorld) -> dict[str, Any]:
    return {"world": cell.label, "rows": [_row(row) for row in cell.rows]}


def _row(row: Row) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "key": row.key,
        "status": row.status.value,
        "first": row.first,
        "second": row.second,
        "reason": row.reason,
        "rule": row.rule or None,
    }


def _place(place: MeasuredPlace) -> dict[str, Any]:
    return {
        "path": place.path,
        "line": place.line,
        "end_line": place.end_line,
        "cell": place.cell,
        "code": place.code,
        "message": place.message,
        "changed": place.changed,
        "ran": place.ran,
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "world": failure.world,
        "message": failure.message,
        "place": failure.place,
        "findings": [_place(place) for place in failure.findings],
        "output": list(failure.output),
        "rule": failure.rule or None,
    }

"""Tells from the bytes of code whether it can say anything about runs, what they log and which stages it uses: most code does not.

It is a copy of what the survey looks for, which the tests hold against it: every example, and every program, says with it what it says
without it.
"""

from __future__ import annotations

import re

# Files without one of these words start no runs, log nothing and use no stages; nor do those in which `Model` stands without `log`, or the other way round.
_SURVEYED = re.compile(
    rb"log_(?:model|explainer|artifact|state_dict|text|dict|table|image|figure)|start_run|autolog|save_model|dst_path|download_artifacts|artifact_uri"
    rb"|transition_model_version_stage|current_stage|latest_versions|version_tag|transition-stage|get-latest-versions"
    rb"|models:(?:[/\"']|[^}]{0,200}?[\"'](?i:production|staging))"
)
_LOG_OF_MODEL = re.compile(rb"[.\"']log\b")


def is_surveyed(code: bytes) -> bool:
    """Return whether code may start a run, log something, or use a stage."""
    if _SURVEYED.search(code) is not None:
        return True
    return b"Model" in code and _LOG_OF_MODEL.search(code) is not None

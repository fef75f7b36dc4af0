"""Suites kept as GX's own JSON (GX internals read in GX 1.24.1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.exceptions.exceptions import GreatExpectationsError
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from evalkit.gx_polars.coverage import polars_only
from evalkit.gx_polars.outcomes import CheckRequest

POLARS_ONLY = "polars_only"
"""The key of a suite's ``meta`` that names what only this engine runs."""


def suite_of(name: str, expectations: Sequence[Any]) -> Any:
    """Return GX's suite of some expectations.

    Args:
        name: name of the suite.
        expectations: :class:`CheckRequest` or expectations of GX.

    Returns:
        A ``great_expectations.ExpectationSuite``.

    Raises:
        ValueError: an expectation is not valid (GX alone would leave it out and go on).
    """
    objects = [
        _expectation({"type": one.name, "kwargs": dict(one.kwargs)}) if isinstance(one, CheckRequest) else one
        for one in expectations
    ]
    return ExpectationSuite(name=name, expectations=objects)


def suite_to_json(suite: Any) -> str:
    """Return a suite as GX's JSON, keys sorted, so that the same suite is always the same text.

    Its ``meta`` names, under ``polars_only``, the expectations that GX-pandas cannot run, with the reason; the others
    run there unchanged.
    """
    content = suite.to_json_dict()
    only = polars_only(expectation["type"] for expectation in content["expectations"])
    content["meta"] = {**(content.get("meta") or {}), POLARS_ONLY: only}
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def suite_from_json(text: str) -> Any:
    """Return the suite written in GX's JSON.

    Args:
        text: what :func:`suite_to_json`, or GX itself, wrote.

    Returns:
        A ``great_expectations.ExpectationSuite``.

    Raises:
        ValueError: the text is not such a suite, or one of its expectations is not valid.
    """
    read = json.loads(text)
    if not isinstance(read, dict) or "name" not in read:
        raise ValueError("not a suite of expectations")
    listed = read.get("expectations") or []
    objects = [_read(entry) for entry in listed]
    return ExpectationSuite(name=read["name"], expectations=objects, meta=read.get("meta"), notes=read.get("notes"))


def _read(entry: Any) -> Any:
    if not isinstance(entry, dict) or not isinstance(entry.get("kwargs"), dict) or "type" not in entry:
        raise ValueError("an expectation has a type and kwargs")
    known = ("type", "kwargs", "meta", "notes", "description", "severity", "id")
    return _expectation({key: entry[key] for key in known if entry.get(key) is not None})


def _expectation(entry: dict[str, Any]) -> Any:
    try:
        return ExpectationConfiguration(**entry).to_domain_obj()
    except (GreatExpectationsError, TypeError) as error:
        raise ValueError(f"{entry['type']}: {error}") from error


def save_suite(suite: Any, path: Path) -> None:
    """Write a suite to a file, as GX's JSON in UTF-8."""
    path.write_text(suite_to_json(suite), encoding="utf-8")


def load_suite(path: Path) -> Any:
    """Read a suite from a file (see :func:`suite_from_json`)."""
    return suite_from_json(path.read_text(encoding="utf-8"))

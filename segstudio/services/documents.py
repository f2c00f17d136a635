"""How figures are written to files: as JSON, and as CSV that spreadsheets may open whatever a name begins with."""

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

VERSION = 1
"""Of the JSON that commands and pages write."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet run a cell instead of showing it."""


def json_text(entries: Mapping[str, Any]) -> str:
    """Return a document as JSON text in ASCII, its version first."""
    return json.dumps({"version": VERSION, **entries}, indent=1) + "\n"


def null(value: float) -> float | str | None:
    """Return a value as JSON has it: None where it is not defined, "inf" where it is infinite."""
    if math.isinf(value):
        return "inf"
    return None if math.isnan(value) else float(value)


def nulls(figures: Mapping[str, float]) -> dict[str, float | str | None]:
    """Return values by name as ``null`` has them."""
    return {key: null(value) for key, value in figures.items()}


def csv_text(rows: Iterable[Iterable[object]], delimiter: str = ",") -> str:
    """Return lines of cells: empty where a value is None or not a number.

    A text that begins as a formula gets an apostrophe before it, which spreadsheets do not show; numbers stay numbers.
    """
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(map(_cell, row) for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str):
        shown = value.replace("\r", " ")  # the writer does not quote it, and readers take it for the end of a line
        return f"'{shown}" if value.startswith(_FORMULA) else shown
    return None if isinstance(value, float) and math.isnan(value) else value

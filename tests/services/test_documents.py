"""Cells that a spreadsheet would run, and values that are not defined."""

import csv
import io
import json
import math

import pytest

from segstudio.services.documents import csv_text, json_text


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","y")', "+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1"])
def test_a_name_is_never_a_formula(name: str) -> None:
    text = csv_text([["image", "iou"], [name, -0.5]])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["image", "iou"],
        ["'" + name.replace("\r", " "), "-0.5"],
    ]


def test_other_texts_and_numbers_stay_and_what_is_not_defined_is_empty() -> None:
    row = ["a=b, c", "", -3, 1e-9, math.nan, None, True]
    assert csv_text([row]) == '"a=b, c",,-3,1e-09,,,True\n'
    assert csv_text([["-x", -1.5]], "\t") == "'-x\t-1.5\n"


def test_a_document_begins_with_its_version() -> None:
    assert list(json.loads(json_text({"task": "semantic"})).items()) == [("version", 1), ("task", "semantic")]

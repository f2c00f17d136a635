"""The classes of COCO against its own table."""

import json
from collections.abc import Callable
from pathlib import Path

from segstudio.core.coco import CLASSES, coco_schema


def test_names_are_those_of_its_categories(shared_data: Callable[[str], Path]) -> None:
    table = json.loads((shared_data("coco_tiny") / "coco_tiny.json").read_text())["categories"]
    named = {c.id: c.name for c in coco_schema().scored if c.id and not c.name.startswith("class ")}
    assert named == {category["id"]: category["name"] for category in table}


def test_every_output_has_a_class() -> None:
    assert [c.id for c in coco_schema().scored] == list(range(CLASSES)) == list(range(91))
    assert coco_schema().background == 0

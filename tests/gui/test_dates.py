"""The dates of images are asked for once somebody wants them, and those of another project are not taken."""

import os
from pathlib import Path

from segstudio.core.records import Sample
from tests.gui.by_hand import Desk


def test_dates_come_all_at_once(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    project, heard = desk.session.project, list[dict[str, float]]()
    assert project is not None
    for n, sample in enumerate(project.samples):
        os.utime(sample.image, (0, 1000 + n))
    desk.bench.dates.came.connect(heard.append)
    desk.bench.dates.ask(project.samples)
    desk.bench.dates.ask(project.samples)
    desk.settle()
    assert heard == [{"a": 1000.0, "c": 1001.0, "deep/b": 1002.0}]


def test_what_was_asked_for_before_is_dropped(desk: Desk, tmp_path: Path) -> None:
    heard: list[dict[str, float]] = []
    desk.bench.dates.came.connect(heard.append)
    (tmp_path / "new.png").write_bytes(b"x")
    os.utime(tmp_path / "new.png", (0, 5))
    desk.bench.dates.ask((Sample("old", tmp_path / "old.png"),))
    desk.bench.dates.ask((Sample("new", tmp_path / "new.png"), Sample("gone", tmp_path / "gone.png")))
    desk.settle()
    assert heard == [{"new": 5.0}]

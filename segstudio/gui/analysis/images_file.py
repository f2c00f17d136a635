"""The table of images as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segstudio.gui.analysis.images_model import ImagesModel
from segstudio.gui.analysis.scored_images import ScoredImages
from segstudio.gui.files import ask_file, tell_written
from segstudio.gui.jobs import Background
from segstudio.io.files import write_atomically
from segstudio.metrics.overlap import FloatArray
from segstudio.services.documents import csv_text
from segstudio.services.image_columns import STATES, Column, Kind

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def ask_and_save(model: ImagesModel, images: ScoredImages, background: Background, window: MainWindow) -> None:
    """Ask where to, and write what the table shows, in its order; in a worker, for there may be many rows."""
    path = ask_file(window, "Save the table", "images", "Values (CSV)", "csv")
    if path is None:
        return
    values, messages = images.values, window.bench.messages
    scores = values.images.scores
    ids = [scores.id_at(row) for row in model.rows.tolist()]
    shown = [(values.columns[key], values.values(key)[model.rows].copy()) for key in model.keys]
    background.run(
        lambda: write_atomically(path, table_csv(ids, shown)),
        lambda _: tell_written(path, messages),
        messages.fail,
    )


def table_csv(ids: Sequence[str], columns: Sequence[tuple[Column, FloatArray]]) -> bytes:
    """Return a line an image: its id, then the values, as parts of 1, pixels or seconds; empty where not defined."""
    heads = ["image", *(column.text for column, _ in columns)]
    cells = [[_cell(column.kind, value) for value in values.tolist()] for column, values in columns]
    return csv_text([heads, *zip(ids, *cells, strict=True)]).encode()


def _cell(kind: Kind, value: float) -> str | float:
    if value != value:
        return value
    if kind is Kind.STATE:
        return STATES[int(value)].value
    return int(value) if kind is Kind.PIXELS else value

"""The tables of the page of labels: what their columns say."""

from collections.abc import Callable

from segstudio.gui.analysis.ranked_table import Column
from segstudio.gui.panels.chips import chip_pixmap
from segstudio.gui.theme import Theme
from segstudio.services.label_report import percent, whole
from segstudio.services.label_statistics import LabelStatistics

NAME_WIDTH, NUMBER_WIDTH = 160, 100
SMALL = 10
"""Ranges of area below 32 x 32 pixels."""


def class_columns(found: LabelStatistics, theme: Theme) -> list[Column]:
    """Return the columns of the classes; a row stands for the place of its class."""
    pixels, share, images, regions, area = found.pixels, found.share, found.images, found.regions, found.mean_area
    small, every = found.sizes[:, :SMALL].sum(axis=1), len(found.ids)
    told: list[tuple[str, str, Callable[[int], str]]] = [
        ("Pixels", "Pixels of the class in all labelled images", lambda at: f"{pixels[at]:,}"),
        ("Share", "Part of all labelled pixels", lambda at: percent(share[at])),
        ("Images", "Labelled images that have the class", lambda at: f"{images[at]:,} of {every:,}"),
        ("Regions", "Areas of the class, pixels that touch at a side or a corner", lambda at: f"{regions[at]:,}"),
        ("Mean area", "Pixels of a region in the mean", lambda at: whole(area[at])),
        ("Small", "Regions below 32 x 32 pixels, which COCO calls small", lambda at: f"{small[at]:,}"),
    ]
    numbers = (Column(title, tip, text, NUMBER_WIDTH, number=True) for title, tip, text in told)
    return [_named(found, theme, "Class"), *numbers, Column("", "", lambda at: "")]


def together_columns(found: LabelStatistics, theme: Theme) -> list[Column]:
    """Return the columns of which classes are together; a row stands for the place of its class."""
    together = found.together

    def with_class(place: int) -> Column:
        name = found.classes[place].name
        tip = f"Images that have the class of the row and {name}"
        return Column(name, tip, lambda at: f"{together[at, place]:,}", NUMBER_WIDTH, number=True)

    return [_named(found, theme, "Images with"), *map(with_class, range(len(found.classes)))]


def size_columns() -> list[Column]:
    """Return the columns of the sizes of images; a row is ((height, width), images)."""
    return [
        Column("Width x height", "In pixels", lambda row: f"{row[0][1]:,} x {row[0][0]:,}", NAME_WIDTH),
        Column("Images", "Labelled images of this size", lambda row: f"{row[1]:,}", NUMBER_WIDTH, number=True),
        Column("", "", lambda row: ""),
    ]


def _named(found: LabelStatistics, theme: Theme, title: str) -> Column:
    return Column(
        title,
        "The class of the row",
        lambda at: found.classes[at].name,
        NAME_WIDTH,
        chip=lambda at: chip_pixmap(found.classes[at], theme.tokens),
    )

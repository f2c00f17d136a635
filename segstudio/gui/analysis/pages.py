"""The pages there are, in the order of the strip. Data only: a page's module is imported when it is first shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segstudio.core.late import imported

if TYPE_CHECKING:
    from segstudio.gui.analysis.page import Page


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page: its name in the strip, what one finds there, and the ``module:class`` it is made from."""

    text: str
    tip: str
    where: str

    def load(self) -> type["Page"]:
        """Import the class of the page."""
        page: type[Page] = imported(self.where)
        return page


PAGES: dict[str, PageEntry] = {
    "images": PageEntry(
        "Images",
        "Every scored image with its numbers: sort by any of them, open one with Enter",
        "segstudio.gui.analysis.images:ImagesPage",
    ),
    "matrix": PageEntry(
        "Matrix", "Which classes are taken for which: all of them, large", "segstudio.gui.analysis.matrix:MatrixPage"
    ),
    "scatter": PageEntry(
        "Scatter",
        "Any two numbers of the images against each other: click a point to open its image, draw a box to list some",
        "segstudio.gui.analysis.scatter:ScatterPage",
    ),
    "slices": PageEntry(
        "Slices",
        "Area of a class over the pages of a stack, or the images of a folder",
        "segstudio.gui.analysis.slices:SlicesPage",
    ),
    "thresholds": PageEntry(
        "Thresholds",
        "Scores by threshold, and whether the model is as sure as it is right",
        "segstudio.gui.analysis.thresholds:ThresholdsPage",
    ),
    "distances": PageEntry(
        "Distances",
        "How far the outlines of a class lie apart, by tolerance and width, and where",
        "segstudio.gui.analysis.distances:DistancesPage",
    ),
    "objects": PageEntry(
        "Objects",
        "Which objects were found, missed, made up, merged and split",
        "segstudio.gui.analysis.objects:ObjectsPage",
    ),
    "suspicious": PageEntry(
        "Suspicious",
        "Labels that a model contradicts although it is sure",
        "segstudio.gui.analysis.suspicious:SuspiciousPage",
    ),
    "groups": PageEntry(
        "Groups",
        "Scores by folder, tag or state, and by how much of an image a class takes",
        "segstudio.gui.analysis.groups:GroupsPage",
    ),
    "models": PageEntry(
        "Models",
        "Prediction A against B: differences with intervals, and how much the two agree",
        "segstudio.gui.analysis.models:ModelsPage",
    ),
    "conventions": PageEntry(
        "Conventions",
        "The same data scored as COCO, Cityscapes, MONAI and others would, and why it differs",
        "segstudio.gui.analysis.conventions:ConventionsPage",
    ),
    "labels": PageEntry(
        "Labels",
        "What the truth holds: class frequencies, sizes of regions, which classes are together",
        "segstudio.gui.analysis.labels:LabelsPage",
    ),
}

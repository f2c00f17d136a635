"""The pages there are, in the order of the strip."""

from segstudio.gui.analysis.conventions import ConventionsPage
from segstudio.gui.analysis.distances import DistancesPage
from segstudio.gui.analysis.groups import GroupsPage
from segstudio.gui.analysis.images import ImagesPage
from segstudio.gui.analysis.labels import LabelsPage
from segstudio.gui.analysis.matrix import MatrixPage
from segstudio.gui.analysis.models import ModelsPage
from segstudio.gui.analysis.objects import ObjectsPage
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.scatter import ScatterPage
from segstudio.gui.analysis.slices import SlicesPage
from segstudio.gui.analysis.suspicious import SuspiciousPage
from segstudio.gui.analysis.thresholds import ThresholdsPage

PAGES: dict[str, type[Page]] = {
    "images": ImagesPage,
    "matrix": MatrixPage,
    "scatter": ScatterPage,
    "slices": SlicesPage,
    "thresholds": ThresholdsPage,
    "distances": DistancesPage,
    "objects": ObjectsPage,
    "suspicious": SuspiciousPage,
    "groups": GroupsPage,
    "models": ModelsPage,
    "conventions": ConventionsPage,
    "labels": LabelsPage,
}

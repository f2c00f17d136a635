"""Pictures of cells whose objects are told apart: what a test sees and does of them."""

from PySide6.QtCore import Qt

from segstudio.core.raster import InstancePlane
from segstudio.core.records import Instance
from tests.journeys.user import User

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def objects(user: User) -> list[Instance]:
    assert user.window.session.current is not None
    live = user.window.session.current.instances
    return live.all() if live is not None else []


def rows(user: User) -> list[str]:
    model = user.window.instances_panel.model
    return [model.index(row).data() for row in range(model.rowCount())]


def numbers(user: User) -> InstancePlane:
    assert user.window.session.current is not None
    instances = user.window.session.current.document.instances
    assert instances is not None
    return instances.copy()


def settled(user: User) -> None:
    user.wait(lambda: not user.window.bench.edits.busy)


def draw_two(user: User) -> None:
    """Draw two cells that touch: columns 20 to 59 and 60 to 99."""
    user.window.session.options.resize(20)
    user.drag((30, 50), (50, 50))
    user.key(Qt.Key.Key_M)
    user.drag((70, 50), (90, 50))
    user.wait(lambda: len(rows(user)) == 2)

"""Small models as other programs save them, dropped on the window and asked to predict."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.journeys.user import User

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop(user: User, *paths: Path, on: QWidget | None = None) -> None:
    """Drop files: where a widget does not take them, they fall through to the window below it, as in Qt."""
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    target: QWidget | None = on or user.window
    while target is not None and not target.acceptDrops():
        target = target.parentWidget()
    assert target is not None
    entered = QDragEnterEvent(QPoint(10, 10), COPY, carried, LEFT, NONE)
    QApplication.sendEvent(target, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(10, 10), COPY, carried, LEFT, NONE))


def loaded(user: User, *names: str) -> None:
    """Wait until these are A and B, and nothing is on its way."""
    predictor = user.window.bench.predictor

    def there() -> bool:
        models = [model for model in (predictor.model, predictor.other) if model is not None]
        return predictor.loading.current is None and tuple(m.info.file.name for m in models) == names

    user.wait(there)


def with_model(user: User, project: Path, file: Path) -> None:
    """Open a project and, in Predict, a model."""
    user.open(project)
    user.window.set_mode("predict")
    user.window.bench.open(file)
    loaded(user, file.name)


def predict(user: User) -> np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]]:
    """Predict the open image and return how sure the model is of each pixel."""
    current = user.window.session.current
    assert current is not None
    user.window.bench.predictor.predict_current()
    user.wait(lambda: not user.window.bench.predictor.busy)
    assert current.confidence is not None
    return current.confidence.copy()

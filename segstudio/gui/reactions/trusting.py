"""The question whether a model file that is a program may run, and the row of the menu that takes all answers back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QMessageBox

from segstudio.core.errors import SegstudioError, UntrustedFile
from segstudio.gui.actions.model import FORGET_TRUSTED
from segstudio.gui.model_loading import Loading, Side
from segstudio.services.trust import CHANGED, changed_since, forget, trust, trusted

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

_YES, _NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
_WHY = (
    "Such a file does not only hold weights: what is written in it runs when it is opened, and can do whatever you "
    "can do on this computer: read your files, change them, and send them away.\n\n"
    "Trust it only if you know who made it. As long as it stays as it is, you are not asked again."
)


class Trusting(QObject):
    """Asks before a program is run; where the answer is yes, the file is remembered by its content, and loaded."""

    def __init__(self, window: MainWindow, menu: QMenu) -> None:
        super().__init__(window)
        self._window = window
        self._forget = window.actions_by_name[FORGET_TRUSTED]
        self._text = self._forget.text()
        window.bench.predictor.untrusted.connect(self._ask)
        menu.aboutToShow.connect(self._count)

    def forget(self) -> None:
        """Trust no file any more."""
        try:
            count = forget()
        except SegstudioError as error:
            self._window.bench.messages.fail(error)
            return
        said = f"{count} file{'s are' if count > 1 else ' is'} no longer trusted." if count else "No file was trusted."
        self._window.bench.messages.info(said, "Each is asked about when it is opened again." if count else "")
        self._count()

    def _count(self) -> None:
        count = len(trusted())
        self._forget.setText(f"{self._text} ({count})")
        self._forget.setEnabled(count > 0)

    def _ask(self, loading: Loading, error: UntrustedFile) -> None:
        name = loading.path.name
        box = QMessageBox(QMessageBox.Icon.Warning, "Trust this file?", f"{name} is {error.kind}.", parent=self._window)
        box.setTextFormat(Qt.TextFormat.PlainText)  # of a stranger
        changed = f"{CHANGED}\n\n" if changed_since(loading.path, error.digest) else ""
        box.setInformativeText(f"{loading.path.parent}, {loading.size / 1e6:.1f} MB\n\n{changed}{_WHY}")
        box.setStandardButtons(_YES | _NO)
        for button, text in ((_YES, "I trust this file"), (_NO, "Do not open it")):
            box.button(button).setText(text)
            box.button(button).setIcon(QIcon())  # those of the platform are of another set
        box.setDefaultButton(_NO)
        box.setEscapeButton(_NO)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(partial(self._answered, loading.path, loading.side, error.digest))
        box.open()

    def _answered(self, path: Path, side: Side, digest: str, answer: int) -> None:
        bench = self._window.bench
        if answer != _YES:
            bench.messages.info(f"{path.name} was not opened.")
            return
        try:
            trust(digest, path)
        except SegstudioError as error:
            bench.messages.fail(error)
            return
        self._count()
        bench.predictor.load(path, side)

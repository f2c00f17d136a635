"""Recovered work that the user gives up: set aside, and brought back where that was a mistake."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from segstudio.core.wording import counted
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.services.unsaved_work import Moved, bring_back, give_up


class Discards(QObject):
    """Moves journals in a worker."""

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._background = Background(1, "discard", self)

    def give_up(self, paths: list[Path], images: int) -> None:
        """Set the journals of so many images aside."""

        def done(moved: list[Moved]) -> None:
            text = f"Discarded the recovered work on {counted(images, 'image')}."
            self._messages.info(text, "", "Bring back", partial(self._bring_back, moved))

        self._background.run(lambda: give_up(paths), done, self._messages.fail)

    def close(self) -> None:
        self._background.close()

    def _bring_back(self, moved: list[Moved]) -> None:
        self._background.run(lambda: bring_back(moved), lambda _: None, self._messages.fail)

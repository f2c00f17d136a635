"""Recovered work that the user gives up: set aside, and brought back where that was a mistake."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from segstudio.core.records import Project, Sample
from segstudio.core.wording import counted
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.services.unsaved_work import GivenUp, bring_back, discard, give_up


class Discards(QObject):
    """Moves journals in a worker."""

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._background = Background(1, "discard", self)

    def give_up(self, paths: list[Path], images: int) -> None:
        """Set the journals of so many images aside."""
        self._run(lambda: give_up(paths), images)

    def discard(self, project: Project, samples: list[Sample]) -> None:
        """Give up what was not saved of samples that are not open; their histories stay."""
        self._run(lambda: discard(project, samples), len(samples))

    def _run(self, work: Callable[[], GivenUp], images: int) -> None:
        def done(given: GivenUp) -> None:
            text = f"Discarded the recovered work on {counted(images, 'image')}."
            self._messages.info(text, "", "Bring back", partial(self._bring_back, given))

        self._background.run(work, done, self._messages.fail)

    def close(self) -> None:
        self._background.close()

    def _bring_back(self, given: GivenUp) -> None:
        self._background.run(lambda: bring_back(given), lambda _: None, self._messages.fail)

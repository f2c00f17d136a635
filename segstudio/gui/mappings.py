"""How the user wants each model's classes mapped to those of the open project, remembered for the next time."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from segstudio.gui.settings import Settings
from segstudio.models import ModelInfo
from segstudio.services.class_mapping import BY_NAME, ClassMapping
from segstudio.services.session import Session


class Mappings(QObject):
    """By project and by what a model file holds, whatever it is called; of a model that is not known, by its path."""

    changed = Signal()
    wanted = Signal(object)  # somebody wants to choose how the classes of this ModelInfo are mapped

    def __init__(self, session: Session, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._digests: dict[Path, str] = {}
        self._kept: tuple[Path, dict[str, ClassMapping]] | None = None
        session.project_opened.connect(lambda _: self.changed.emit())

    def note(self, file: Path, digest: str) -> None:
        """Know the SHA-256 of a model file that was loaded."""
        self._digests[file] = digest

    def of(self, info: ModelInfo) -> ClassMapping:
        """Return how the classes of a model are to be mapped: by name, until somebody says otherwise."""
        return self._of_project().get(self.known_as(info.file), BY_NAME)

    def choose(self, info: ModelInfo, mapping: ClassMapping) -> None:
        """Map the classes of a model so from now on, in the open project."""
        project = self._session.project
        if project is None or mapping == self.of(info):
            return
        kept = self._of_project()
        kept.pop(self.known_as(info.file), None)
        kept[self.known_as(info.file)] = mapping
        self._settings.keep_mappings(project.root, {key: each.to_json() for key, each in kept.items()})
        self.changed.emit()

    def known_as(self, file: Path) -> str:
        """Return the SHA-256 of what was loaded from a file last; its path where that is not known."""
        return self._digests.get(file) or str(file)

    def _of_project(self) -> dict[str, ClassMapping]:
        """Return the mappings of the open project, read once."""
        project = self._session.project
        root = Path() if project is None else project.root
        if self._kept is None or self._kept[0] != root:
            found = self._settings.mappings(root) if project is not None else {}
            self._kept = root, {key: ClassMapping.from_json(data) for key, data in found.items()}
        return self._kept[1]

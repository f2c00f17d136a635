"""What is asked of the model that is shown: how classes are mapped, whether it is verified, how pictures are."""

from collections.abc import Callable, Generator
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import SegstudioError
from segstudio.gui.files import ask_file, tell_written
from segstudio.gui.model.mapping import MappingSection
from segstudio.gui.model.normalisation import NormalisationSection
from segstudio.gui.model.verify import VerifySection, storing, verifying
from segstudio.gui.theme import Theme
from segstudio.gui.workbench import Workbench
from segstudio.models import Segmenter
from segstudio.services.class_mapping import ClassMapping, How
from segstudio.services.mapping_file import write_mapping
from segstudio.services.normalisation_check import check_normalisation
from segstudio.services.verifying import Verified


class ShownModel(Protocol):
    """What knows which of two models is shown."""

    @property
    def shown(self) -> Segmenter | None: ...


class Checking(QObject):
    """The three sections, and what is done when their buttons, or the rows of the menu, ask for it.

    ``verdict_wanted`` asks that the section be brought into sight which says whether the model is verified.
    """

    verdict_wanted = Signal()

    def __init__(self, panel: ShownModel, bench: Workbench, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._panel, self._bench = panel, bench
        self.mapping, self.verify, self.normalisation = (
            MappingSection(theme),
            VerifySection(theme),
            NormalisationSection(theme),
        )
        bench.mappings.changed.connect(self.show_mapping)
        bench.session.project_opened.connect(lambda _: self._on_project())
        bench.session.project_changed.connect(lambda _: self.show_mapping())
        self.mapping.chosen.connect(self._choose)
        self.mapping.saved.connect(self.save_mapping)
        self.verify.verify_wanted.connect(self.verify_model)
        self.verify.store_wanted.connect(self.store_check)
        self.normalisation.wanted.connect(self.check_normalisation)
        self.normalisation.cancelled.connect(bench.predictor.cancel)

    def show_model(self, model: Segmenter) -> None:
        self.verify.show_model(model.info)
        self.normalisation.show_model(model.info, self._bench.mappings.known_as(model.info.file))
        self.show_mapping()

    def show_mapping(self) -> None:
        """Show what becomes of the classes of the model in the open project; nothing without both."""
        project, model = self._bench.session.project, self._panel.shown
        self.mapping.setVisible(project is not None and model is not None)
        if project is not None and model is not None:
            self.mapping.show_mapping(model.info, project.schema, self._bench.mappings.of(model.info))

    def allow(self, free: bool) -> None:
        """Let the model be asked, or not."""
        known = self._panel.shown is not None
        for section in (self.verify, self.normalisation):
            section.setVisible(known)
        self.verify.allow(known and free)
        self.normalisation.allow(known and free and self._bench.session.project is not None)

    def map_by(self, how: How) -> None:
        """Map the classes of the model by name, by order or by hand."""
        if (model := self._panel.shown) is not None:
            self._choose(self._bench.mappings.of(model.info).by(how))

    def choose_by_hand(self) -> None:
        """Go to the classes of the model, to choose what each is written as."""
        if (model := self._panel.shown) is not None:
            self.map_by("hand")
            self._bench.mappings.wanted.emit(model.info)

    def save_mapping(self) -> None:
        """Ask for a file and write into it which class of the project each output is written as."""
        project, model = self._bench.session.project, self._panel.shown
        if project is None or model is None or self.mapping.found is None:
            return
        name = f"{model.info.file.stem}-classes"
        path = ask_file(self.mapping, "Save the class mapping", name, "Class mapping", "toml")
        if path is None:
            return
        try:
            write_mapping(path, self._bench.mappings.of(model.info), model.info, project.schema)
        except SegstudioError as error:
            self._bench.messages.fail(error)
        else:
            tell_written(path, self._bench.messages)

    def verify_model(self) -> None:
        """Replay the check of the model."""
        if (model := self._panel.shown) is not None:
            self._replay(model, verifying(model), "Verifying")

    def store_check(self) -> None:
        """Write a check beside the model, and replay it."""
        if (model := self._panel.shown) is not None:
            self._replay(model, storing(model), "Storing a check of", self._tell_stored)

    def check_normalisation(self) -> None:
        """Rank the usual normalisations by how well the model then predicts labelled images of the project."""
        project, model = self._bench.session.project, self._panel.shown
        if project is None or model is None:
            return
        section = self.normalisation
        job = check_normalisation(model, project, self._bench.mappings.of(model.info))
        if self._bench.predictor.start(
            job,
            "Checking normalisations",
            lambda step: self._if_shown(model, section.show_step, step),
            section.end,
            [model],
        ):
            section.set_opened(True)
            section.begin()

    def _tell_stored(self, found: Verified) -> None:
        said = f"{found.verdict}: replayed at once."
        self._bench.messages.info(f"Saved {found.where.name}", said, "Show", self.verdict_wanted.emit)

    def _replay(
        self,
        model: Segmenter,
        job: Generator[Verified, None, None],
        what: str,
        tell: Callable[[Verified], None] = lambda _: None,
    ) -> None:
        def verified(found: Verified) -> None:
            self.verify.stored()
            self.verify.show_verdict(found)

        def replayed(found: Verified) -> None:
            self._if_shown(model, verified, found)
            tell(found)

        if self._bench.predictor.start(job, f"{what} {model.info.file.name}", replayed, models=[model]):
            self.verify.set_opened(True)

    def _if_shown(self, model: Segmenter, show: Any, found: object) -> None:
        """Show what was found of a model, unless another one is shown by now."""
        if self._panel.shown is model:
            show(found)

    def _choose(self, mapping: ClassMapping) -> None:
        if (model := self._panel.shown) is not None:
            self._bench.mappings.choose(model.info, mapping)

    def _on_project(self) -> None:
        self.normalisation.forget()
        self.show_mapping()

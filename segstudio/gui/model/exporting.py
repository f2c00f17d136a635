"""Exporting the model that is shown, in a process of its own."""

from pathlib import Path

from PySide6.QtCore import QObject

from segstudio.gui.files import ask_file, show_file
from segstudio.gui.jobs import JobRunner
from segstudio.gui.model.checking import ShownModel
from segstudio.gui.model.export_section import ExportSection
from segstudio.gui.model.load_progress import STEPS as BAR
from segstudio.gui.model.load_progress import Told
from segstudio.gui.model_loading import THREADS
from segstudio.gui.scrolling import scroll_to
from segstudio.gui.theme import Theme
from segstudio.gui.workbench import Workbench
from segstudio.models.export import EXPORTERS, refusal
from segstudio.services.exporting import STEPS, Exported, ExportJob, ExportStep, Step
from segstudio.services.exporting_apart import export_apart
from segstudio.services.trust import trusted


class Exporting(QObject):
    """The section, and the process that does what it asks for; one at a time."""

    def __init__(self, panel: ShownModel, bench: Workbench, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._panel, self._bench = panel, bench
        self.section = ExportSection(theme)
        self._runner = JobRunner(self)
        self._out, self._begun = Path(), 0
        self._told_of = Path()
        """The model file that the section's last sentence is about."""
        self.section.button.clicked.connect(self.ask)
        self.section.strip.cancel.clicked.connect(self._runner.cancel)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(bench.messages.fail)
        self._runner.ended.connect(self._on_end)

    def ask(self) -> None:
        """Ask for a file, and export the model that is shown to it."""
        model, section = self._panel.shown, self.section
        if model is None or self._runner.running:
            return
        if (refused := refusal(model.info, section.to)) is not None:
            self._bench.messages.fail(refused)
            return
        kind, file = EXPORTERS[section.to], model.info.file
        path = ask_file(section, f"Export to {kind.line}", file.stem, kind.line, kind.suffix)
        if path is not None:
            self.begin(ExportJob(file, section.to, path, section.image_size, section.half.isChecked()))

    def begin(self, job: ExportJob) -> None:
        """Export to a file, in another process."""
        self._out, self._begun, self._told_of = job.out, 0, job.model
        self.section.said.setText("")
        self._show("Beginning")
        self._runner.start(export_apart(job, trusted(), THREADS))
        self.allow()
        scroll_to(self.section)

    def allow(self) -> None:
        """Let the model be exported, or not."""
        model = self._panel.shown
        self.section.setVisible(model is not None)
        if model is not None:
            refused = {to: error.sentence() for to in EXPORTERS if (error := refusal(model.info, to)) is not None}
            self.section.allow(not self._runner.running, refused, sized=not model.info.instances)
            if model.info.file != self._told_of:
                self.section.said.setText("")

    def close(self) -> None:
        self._runner.close()

    def _on_step(self, step: Step | Exported | None) -> None:
        if isinstance(step, Exported):
            self._tell(step)
        elif step is not None:
            self._begun = step.done if isinstance(step, ExportStep) else self._begun
            self._show(step.what)

    def _show(self, what: str) -> None:
        done = max(BAR * self._begun // STEPS, 1)
        self.section.strip.show_told(Told(f"Exporting {self._out.name}", what, done))

    def _tell(self, found: Exported) -> None:
        if (model := self._panel.shown) is not None and model.info.file == self._told_of:
            self.section.said.setText(found.sentence())
            scroll_to(self.section)
        if found.faithful:
            folder, show = found.out.parent, "Show folder"
            self._bench.messages.info(f"Exported {found.out.name}", found.detail(), show, lambda: show_file(folder))
        else:
            self._bench.messages.warn(f"{found.out.name} is not the same network", found.detail())

    def _on_end(self) -> None:
        self.section.strip.show_told(None)
        self.allow()

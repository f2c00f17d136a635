"""The dock below the canvas in Predict: the run under way, what failed, and the runs there are."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
)

from segstudio.core.records import LabelSource
from segstudio.core.wording import counted
from segstudio.gui.folder_run import Run
from segstudio.gui.pace import time_left
from segstudio.gui.predictor import Predictor
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, label
from segstudio.services.predict import Step
from segstudio.services.session import Session


class RunProgress(Section):
    """How far the run is, how fast, and how long it will take."""

    def __init__(self, predictor: Predictor, theme: Theme) -> None:
        super().__init__("Run")
        self.cancel = QPushButton("Cancel")
        theme.dress(self.cancel, "close")
        self.cancel.clicked.connect(predictor.cancel)
        self.head.addWidget(self.cancel)
        self._done, self._rate = label("No run yet", "hintText"), label("", "panelHead")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._detail, self._stages = label("", "note", wrap=True), label("", "note", wrap=True)
        line = QHBoxLayout()
        line.addWidget(self._done)
        line.addStretch(1)
        line.addWidget(self._rate)
        self.body.addLayout(line)
        for part in (self._bar, self._detail, self._stages):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.idle()

    def idle(self) -> None:
        self.cancel.hide()

    def begin(self, total: int) -> None:
        self.cancel.show()
        self._done.setObjectName("headline")
        self._done.style().polish(self._done)
        self._bar.setRange(0, total)
        self._bar.setValue(0)
        self._done.setText(f"0 of {total:,}")
        self._rate.setText("starting")
        self._detail.clear()
        self._stages.clear()

    def show_step(self, step: Step) -> None:
        self._bar.setValue(step.done)
        self._done.setText(f"{step.done:,} of {step.total:,}")
        self._rate.setText(f"{step.rate:.1f} img/s, {time_left(step.seconds_left)}")
        if step.prediction is not None:
            stages = step.prediction.seconds
            last = sum(stages.values())
            average = step.seconds / step.done
            self._detail.setText(
                f"last {1000 * last:.0f} ms ({1 / max(last, 1e-9):.1f} fps), "
                f"average {1000 * average:.0f} ms ({1 / max(average, 1e-9):.1f} fps)"
            )
            self._stages.setText(", ".join(f"{name} {1000 * s:.1f} ms" for name, s in stages.items()))

    def end(self, run: Run) -> None:
        finished, total = run.done + run.failed, self._bar.maximum()
        over = finished == total
        self._bar.setValue(finished)
        self._done.setText(f"{finished:,} of {total:,}")
        self._rate.setText("done" if over else "cancelled" if run.cancelled else "stopped")
        self.idle()


class RunDock(QFrame):
    """The three parts side by side."""

    def __init__(self, session: Session, predictor: Predictor, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("runDock")
        self._session, self._theme = session, theme
        self.running = False
        self.progress = RunProgress(predictor, theme)
        self.failures, self.runs = QListWidget(), QListWidget()
        self._failed, self._runs = Section("Failures"), Section("Runs")
        for section, view, name in ((self._failed, self.failures, "Failures"), (self._runs, self.runs, "Runs")):
            view.setAccessibleName(name)
            view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
            view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            view.setWordWrap(view is self.failures)
            section.body.addWidget(view)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.progress, self._failed, self._runs):
            splitter.addWidget(part)
        splitter.setSizes([360, 220, 240])
        splitter.setHandleWidth(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        self.runs.itemClicked.connect(lambda item: session.choose_run(item.data(Qt.ItemDataRole.UserRole)))
        predictor.run_began.connect(self._on_begin)
        predictor.stepped.connect(self._on_step)
        predictor.run_ended.connect(self._on_end)
        session.project_opened.connect(lambda _: self._list_runs())
        session.project_changed.connect(lambda _: self._list_runs())
        session.run_changed.connect(lambda _: self._list_runs())

    def _on_begin(self, total: int) -> None:
        self.running = True
        self.failures.clear()
        self._failed.note.clear()
        self.progress.begin(total)

    def _on_step(self, step: Step) -> None:
        self.progress.show_step(step)
        for at in range(self.runs.count()):
            _show_count(self.runs.item(at))
        if step.error is not None:
            item = QListWidgetItem(self._theme.icon("alert-circle-outline", "error"), f"{step.sample.id}\n{step.error}")
            item.setData(Qt.ItemDataRole.UserRole, step.sample)
            item.setToolTip(step.error.sentence())
            self.failures.addItem(item)
            self._failed.note.setText(str(self.failures.count()))

    def _on_end(self, run: Run) -> None:
        self.running = False
        self.progress.end(run)
        self._list_runs()

    def _list_runs(self) -> None:
        project = self._session.project
        self.runs.clear()
        for run in reversed(project.runs if project else ()):
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, run)
            item.setToolTip(f"{run.name}\n{run.folder}")
            _show_count(item)
            self.runs.addItem(item)
            if run is self._session.run:
                self.runs.setCurrentItem(item)
        self._runs.note.setText(str(self.runs.count()))


def _show_count(item: QListWidgetItem) -> None:
    """Say of a run how many images it has by now: while it is under way, they become more."""
    run: LabelSource = item.data(Qt.ItemDataRole.UserRole)
    item.setText(f"{run.name}\n{counted(len(run.files), 'image')}")

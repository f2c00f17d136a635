"""The model: what the file was understood to be, and the buttons that predict with it."""

from typing import Final, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from segstudio.core.errors import listed
from segstudio.core.raster import value_counts
from segstudio.gui.panels.shares import ShareBars
from segstudio.gui.predictor import Predictor
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Check, Section, label, row, tool_button
from segstudio.models import ModelInfo
from segstudio.models.description import Choice
from segstudio.models.references import Option
from segstudio.services.session import Session
from segstudio.services.zoo import shown

DEFAULT_BATCH = 4
_TOP: Final = Qt.AlignmentFlag.AlignTop


class ModelCard(Section):
    """What is known of the loaded model; what the file did not tell is marked as assumed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Model")
        self.open = tool_button(theme, "folder-open-outline", "Load a model file")
        self.head.addWidget(self.open)
        self._empty = QWidget()
        column = QVBoxLayout(self._empty)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label("No model yet. Drop a model file on the window, or load one.", "hintText", wrap=True))
        self.load = QPushButton("Load a model")
        self.sample = QPushButton("Use the sample model")
        self.sample.setToolTip("The small U-Net that comes with segstudio; it knows synthetic cells only")
        for button in (self.load, self.sample):
            button.setObjectName("secondary")
            column.addWidget(button)
        self._facts = QWidget()
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.body.addWidget(self._empty)
        self.body.addWidget(self._facts)
        self._facts.hide()

    def show_model(self, info: ModelInfo) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for i, fact in enumerate(facts(info)):
            value = label(fact.value, wrap=True)
            value.setToolTip(fact.more)
            self._grid.addWidget(label(fact.name, "note"), i, 0, _TOP)
            self._grid.addWidget(value, i, 1, _TOP)
            if fact.assumed:
                tag = label("assumed", "tag")
                tag.setToolTip(
                    "The file does not tell; this is the usual value.\n"
                    f"Set it in {info.file.name}.segstudio.toml: segstudio inspect says how"
                )
                self._grid.addWidget(tag, i, 2, _TOP)
        self._empty.hide()
        self._facts.show()


class Fact(NamedTuple):
    """``more`` is what there is no room for."""

    name: str
    value: str
    assumed: bool = False
    more: str = ""


def facts(info: ModelInfo) -> list[Fact]:
    """Return what a card says of a model."""
    classes = [c.name for c in info.classes.scored]
    score = info.training.get("mean_iou")
    p = info.preprocess
    chosen = {c.option for c in info.choices}
    built_with = {key: value for key, value in info.options.items() if key not in chosen}
    return [
        Fact("File", info.file.name),
        Fact("Architecture", ", ".join(filter(None, (info.architecture, shown(built_with))))),
        *([Fact("Family", info.family)] if info.format != "segstudio" else []),
        *(Fact(c.option.replace("_", " ").capitalize(), _choice(c), True, c.why) for c in info.choices),
        Fact("Parameters", f"{info.parameters / 1e6:.2f} M, {info.file.stat().st_size / 1e6:.1f} MB on disk"),
        Fact("Input", f"{p.order}, any size" if p.size is None else f"{p.order}, {p.size[1]} x {p.size[0]}"),
        Fact("Classes", f"{len(classes)}: {listed(classes)}", "classes" in info.assumed, ", ".join(classes)),
        Fact("Normalisation", f"/ {p.scale:g}, mean {_numbers(p.mean)}, std {_numbers(p.std)}",
             "preprocess" in info.assumed),
        Fact("Device", f"{info.device}, {info.precision}"),
        *([Fact("Trained to", f"mean IoU {score:.3f} on unseen images")] if isinstance(score, float) else []),
    ]  # fmt: skip


def _choice(choice: Choice) -> str:
    others = " or ".join(_word(value) for value in choice.values if value != choice.usual)
    return f"{_word(choice.usual)}, or {others}"


def _word(value: Option) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(f"{v:.3g}" for v in values)


class ModelPanel(QFrame):
    """``wanted`` asks for a run over all samples, with the images a batch."""

    wanted = Signal(int)

    def __init__(self, session: Session, predictor: Predictor, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._session, self._predictor = session, predictor
        self.card = ModelCard(theme)
        self.this_image, self.folder, self.batch = QPushButton("This image"), QPushButton("Folder"), QSpinBox()
        self.keep = Check("Keep confidence", theme)
        predict = self._predict_section(theme)
        self._shares = Section("Predicted classes")
        self._shares.note.setText("share of pixels")
        self._bars = ShareBars(theme)
        self._shares.body.addWidget(self._bars)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.card, predict, self._shares):
            column.addWidget(part)
        column.addStretch(1)
        predictor.model_changed.connect(self._on_model)
        predictor.busy_changed.connect(lambda _: self._enable())
        session.sample_opened.connect(lambda _: self._show_shares())
        session.prediction_changed.connect(lambda _: self._show_shares())
        self._enable()
        self._show_shares()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_shares()

    def _predict_section(self, theme: Theme) -> Section:
        section = Section("Predict")
        self.this_image.setObjectName("primary")
        self.folder.setObjectName("secondary")
        theme.dress(self.this_image, "creation", token="onaccent", on="onaccent")
        theme.dress(self.folder, "folder-play-outline")
        self.this_image.clicked.connect(self._predictor.predict_current)
        self.folder.clicked.connect(lambda: self.wanted.emit(self.batch.value()))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.this_image, 1)
        buttons.addWidget(self.folder, 1)
        self.batch.setRange(1, 64)
        self.batch.setMaximumWidth(72)
        self.batch.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.batch.setValue(DEFAULT_BATCH)
        self.batch.setToolTip("Images of one size that go through the model together")
        section.body.addLayout(buttons)
        batch = row("Batch", self.batch)
        batch.addStretch(1)
        section.body.addLayout(batch)
        self.keep.setChecked(True)
        self.keep.setToolTip(
            "Write beside each mask of a folder how sure the model was:\n"
            "for confidence heat, suspicious labels and thresholds in Compare"
        )
        section.body.addWidget(self.keep)
        return section

    def _on_model(self) -> None:
        if self._predictor.model is not None:
            self.card.show_model(self._predictor.model.info)
        self._enable()

    def _enable(self) -> None:
        ready = self._predictor.model is not None and not self._predictor.busy
        self.this_image.setEnabled(ready)
        self.folder.setEnabled(ready)
        self.card.load.setEnabled(not self._predictor.busy)
        self.card.sample.setEnabled(not self._predictor.busy)

    def _show_shares(self) -> None:
        if not self.isVisible():
            return  # a large picture takes long to count; seen again, it is counted again
        current = self._session.current
        self._shares.setVisible(current is not None and current.prediction is not None)
        if current is None or current.prediction is None:
            return
        counts, size = value_counts(current.prediction), current.prediction.size
        shares = [(c, float(counts[c.id]) / size) for c in self._session.seen_schema.classes if c.id < len(counts)]
        self._bars.show_rows(sorted((s for s in shares if s[1] > 0), key=lambda s: -s[1]))

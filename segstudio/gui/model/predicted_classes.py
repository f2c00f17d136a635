"""How much of the open image each class was predicted to be."""

from segstudio.core.raster import value_counts
from segstudio.gui.model_loading import Side
from segstudio.gui.panels.shares import ShareBars
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section
from segstudio.services.session import Session


class PredictedClasses(Section):
    """Shares are counted while they are seen: a large picture takes long to count."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Predicted classes")
        self._session = session
        self.bars = ShareBars(theme)
        self.body.addWidget(self.bars)

    def show_shares(self, side: Side) -> None:
        """Show the shares of the open image in prediction A or B; hidden where there is none."""
        current, project = self._session.current, self._session.project
        said = None if current is None else current.other if side == "b" else current.prediction
        self.setVisible(said is not None)
        if said is None or current is None or project is None:
            return
        beside = current.other_classes if side == "b" else self._session.predicted
        counts = value_counts(said)
        shares = [
            (c, float(counts[c.id]) / said.size)
            for c in project.schema.with_beside(beside).classes
            if c.id < len(counts)
        ]
        self.note.setText("share of pixels" + (f", of {side.upper()}" if current.other is not None else ""))
        self.bars.show_rows(sorted((s for s in shares if s[1] > 0), key=lambda s: -s[1]))

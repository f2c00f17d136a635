"""How much of the open image each class was predicted to be."""

from segstudio.core.raster import value_counts
from segstudio.gui.panels.shares import ShareBars
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section
from segstudio.services.session import Session


class PredictedClasses(Section):
    """Shares are counted while they are seen: a large picture takes long to count."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Predicted classes")
        self._session = session
        self.note.setText("share of pixels")
        self.bars = ShareBars(theme)
        self.body.addWidget(self.bars)

    def show_shares(self) -> None:
        """Show the shares of the open image; hidden where nothing is predicted."""
        current = self._session.current
        self.setVisible(current is not None and current.prediction is not None)
        if current is None or current.prediction is None:
            return
        counts, size = value_counts(current.prediction), current.prediction.size
        shares = [(c, float(counts[c.id]) / size) for c in self._session.seen_schema.classes if c.id < len(counts)]
        self.bars.show_rows(sorted((s for s in shares if s[1] > 0), key=lambda s: -s[1]))

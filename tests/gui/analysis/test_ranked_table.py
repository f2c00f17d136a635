"""Tables of rows of which one is chosen as a whole."""

from pytestqt.qtbot import QtBot

from segstudio.gui.analysis.ranked_table import Column, ranked_table


def test_choosing_a_row_scrolls_to_it_and_never_sideways(qtbot: QtBot) -> None:
    columns = [Column(name, "", str, 150) for name in ("name", "one", "two", "three")]
    table = ranked_table(columns, range(60), "numbers")
    qtbot.addWidget(table)
    table.resize(300, 200)
    table.show()
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)
    table.setCurrentIndex(table.model().index(50, 3))
    assert table.horizontalScrollBar().value() == 0
    assert table.verticalScrollBar().value() > 0

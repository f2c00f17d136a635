"""Another theme is put on."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QLabel, QStyle, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from segstudio.gui.theme import Theme

DEPTH = 12


class Styled(QObject):
    """Counts how often a widget is styled."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.StyleChange
        return False


def test_how_often_a_widget_is_styled_does_not_depend_on_how_deep_it_lies(qtbot: QtBot, theme: Theme) -> None:
    outer = QFrame()
    qtbot.addWidget(outer)
    inner: QWidget = outer
    for _ in range(DEPTH):
        column = QVBoxLayout(inner)
        inner = QFrame()
        column.addWidget(inner)
    text = QLabel("deep", inner)
    text.setObjectName("errorText")
    outer.show()
    styled = Styled(text)
    for _ in range(2):
        styled.count = 0
        theme.toggle()
        assert styled.count <= 3
        assert text.palette().windowText().color() == theme.tokens.color("error")


def test_buttons_of_dialogs_carry_no_icons_of_the_desktop(qtbot: QtBot, theme: Theme) -> None:
    theme.set_mode("light")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    box.show()
    assert not box.style().styleHint(QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons, None, box)
    assert all(button.icon().isNull() for button in box.buttons())

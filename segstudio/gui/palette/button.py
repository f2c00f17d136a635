"""The button in the top bar that looks like the field it opens."""

from PySide6.QtCore import Qt

from segstudio.gui.face_button import FaceButton
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label

WIDTH, HEIGHT = 264, 28


class FindButton(FaceButton):
    """A magnifying glass, what can be found, and the key."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, ("magnify", "text2", 14))
        self.setObjectName("findButton")
        self.setAccessibleName("Find a command or sample")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys go where they went before
        self.setFixedSize(WIDTH, HEIGHT)
        self.lay_out(label("Find a command or sample", "note"), margin=8, spacing=8)

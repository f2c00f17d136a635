"""What the command palette leads to: the sections of the panels, what is set in them, and the options of the tools."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QWidget

from segstudio.gui.fold_arrow import FoldArrow
from segstudio.gui.palette.entry import Entry
from segstudio.gui.palette.synonyms import OPTIONS_ALSO, SECTIONS_ALSO
from segstudio.gui.panels.tool_options import SIZE
from segstudio.gui.parts import MODES
from segstudio.gui.scrolling import scroll_to
from segstudio.gui.widgets import Section
from segstudio.tools import TOOLS
from segstudio.tools.options import Pick, Setting

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

ICON = "arrow-right"

Control: TypeAlias = QAbstractSpinBox | QComboBox | QCheckBox


def places(window: MainWindow) -> list[Entry]:
    """Return everything that one can go to in the window as it is now."""
    return [*_sections(window), *_above_the_canvas(window), *_options(window)]


def _sections(window: MainWindow) -> Iterator[Entry]:
    sides = (window.label_side, window.model_panel, window.compare_side)
    for (mode, (text, _)), side in zip(MODES.items(), sides, strict=True):
        for section in side.findChildren(Section):
            title = section.title.text()
            if section.isHidden() or section is window.options_panel or not title:
                continue
            also = f"section panel {SECTIONS_ALSO.get(title, '')}"
            yield Entry(title, f"{text}, on the right", partial(_show, window, mode, section), ICON, also=also)
            body = section.body.parentWidget()
            for control in _controls(body) if body is not None else ():
                run = partial(_show, window, mode, section, control)
                yield Entry(_name(control), f"{text}, {title}", run, ICON)


def _above_the_canvas(window: MainWindow) -> Iterator[Entry]:
    for control in _controls(window.canvas_bar):
        yield Entry(_name(control), "Above the canvas", partial(_focus, control), ICON, also="transparency overlay")


def _options(window: MainWindow) -> Iterator[Entry]:
    """Yield the options of the tools, those of the chosen one first."""
    for name in sorted(TOOLS, key=lambda name: name != window.tool):
        tool = TOOLS[name]
        if tool.sized:
            run = partial(_show_option, window, name, SIZE)
            yield Entry("Size", f"{tool.text}, option", run, tool.icon, also=OPTIONS_ALSO[SIZE])
        for setting in tool.settings:
            run = partial(_show_option, window, name, setting.key)
            yield Entry(setting.text, f"{tool.text}, option", run, tool.icon, also=_also(setting))


def _also(setting: Setting) -> str:
    choices = " ".join(setting.choices.values()) if isinstance(setting, Pick) else ""
    return f"{choices} {OPTIONS_ALSO.get(setting.key, '')}"


def _controls(part: QWidget) -> Iterator[Control]:
    """Yield what is set in a part of the window, which may be folded away, and has a name, each name once."""
    seen: set[str] = set()
    for child in part.findChildren(QWidget):
        if not isinstance(child, QAbstractSpinBox | QComboBox | QCheckBox) or not child.isVisibleTo(part):
            continue
        if (name := _name(child)) and name not in seen:
            seen.add(name)
            yield child


def _name(control: Control) -> str:
    return control.accessibleName() or (control.text() if isinstance(control, QCheckBox) else "")


def _show(window: MainWindow, mode: str, section: Section, control: Control | None = None) -> None:
    """Bring a section into sight, open, and let the keys go to a control in it, or to the first there is."""
    window.set_mode(mode)
    section.unfold()
    scroll_to(control or section)
    first = next((c for c in section.findChildren(QWidget) if _takes_keys(c)), None)
    _focus(control if control is not None and control.isVisible() else first)


def _show_option(window: MainWindow, tool: str, key: str) -> None:
    if window.presenter.mode == "predict":
        window.set_mode("label")
    window.choose_tool(tool)
    control = window.options_panel.control(key)
    scroll_to(control)
    parts = control.findChildren(QAbstractSpinBox) or (control, *control.findChildren(QWidget))
    _focus(next((part for part in parts if _takes_keys(part)), None))


def _takes_keys(part: QWidget) -> bool:
    typed = part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None
    return bool(typed) and part.isVisible() and part.isEnabled() and not isinstance(part, FoldArrow)


def _focus(part: QWidget | None) -> None:
    if part is not None:
        part.setFocus(Qt.FocusReason.ShortcutFocusReason)
    if isinstance(part, QAbstractSpinBox):
        part.selectAll()

"""The browser of the networks that can be built: what they are, what they cost, which checkpoints fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from segstudio.gui.model.fact_grid import FactGrid
from segstudio.gui.model.zoo_model import ZooModel
from segstudio.gui.rows import set_up_table
from segstudio.gui.widgets import label
from segstudio.services.model_facts import Fact
from segstudio.services.zoo import CONDITIONS
from segstudio.services.zoo_rows import ZooRow

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIZE = (940, 640)
ROW = 26
WIDTHS = {0: 290, 1: 56, 2: 96, 3: 80, 4: 60}


class ZooBrowser(QDialog):
    """Stays open beside the window. Below the table stands all that is known of the chosen one."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle("Architectures")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(SIZE[0], window.width()), min(SIZE[1], window.height()))
        self._window = window
        self.search, self.model, self.table = QLineEdit(), ZooModel(), QTableView()
        self._facts, self._command, self.copy = FactGrid(), QLineEdit(), QPushButton("Copy")
        self._none = label("No architecture has all of these words.", "hintText")
        self._set_up()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self._none)
        column.addWidget(self._facts)
        column.addWidget(self._make_command())
        column.addWidget(label(CONDITIONS, "note", wrap=True))
        self._search("")

    @classmethod
    def show_over(cls, window: MainWindow) -> None:
        """Show the one browser of a window."""
        browser = window.findChild(cls) or cls(window)
        browser.show()
        browser.activateWindow()
        browser.search.setFocus()

    @property
    def chosen(self) -> ZooRow | None:
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _set_up(self) -> None:
        self.search.setPlaceholderText("Find by name, year, paper, backbone or checkpoint")
        self.search.setAccessibleName("Find an architecture")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        set_up_table(self.table, self.model, ROW, "Architectures")
        self.table.setSortingEnabled(True)
        header = self.table.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(len(WIDTHS), QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        for column, width in WIDTHS.items():
            header.resizeSection(column, width)
        self.table.selectionModel().currentRowChanged.connect(self._show)
        self.model.modelReset.connect(self._choose_first)

    def _make_command(self) -> QWidget:
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        self._command.setReadOnly(True)
        self._command.setAccessibleName("The command that trains it")
        self.copy.setObjectName("secondary")
        self.copy.setAutoDefault(False)
        self.copy.setToolTip("Copy the command that trains this network on the open project")
        self.copy.clicked.connect(self._copy)
        line.addWidget(self._command, 1)
        line.addWidget(self.copy)
        return made

    def _search(self, text: str) -> None:
        self.model.search(text)

    def _choose_first(self) -> None:
        found = bool(self.model.rows)
        self._none.setVisible(not found)
        self._facts.setVisible(found)
        if found:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._show()

    def _show(self, _: QModelIndex | None = None) -> None:
        row = self.chosen
        project = self._window.session.project
        command = row.command(project.root if project is not None else None) if row is not None else ""
        self.copy.setEnabled(bool(command))
        self._command.setText(command or ("It is not trained from the command line." if row is not None else ""))
        self._command.setCursorPosition(0)
        if row is not None:
            self._facts.show_facts(_facts(row))

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._command.text())
        self._window.bench.messages.info("Copied the command", self._command.text())


def _facts(row: ZooRow) -> list[Fact]:
    entry = row.architecture
    return [
        Fact("Paper", entry.paper),
        Fact("Backbones", ", ".join(entry.backbones) or "none to choose"),
        Fact("Published", row.published),
        Fact("Fits", ", ".join(row.fits) or "no checkpoint of another program is known to fit"),
        *(
            [Fact("With others", ", ".join(row.others), more="Checkpoints that fit with other options")]
            if row.others
            else []
        ),
    ]

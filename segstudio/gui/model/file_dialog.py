"""Asking for a model: a file, or a folder that is one."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from segstudio.models.loaders.sniff_folders import is_model_folder
from segstudio.services.model_paths import MODEL_SUFFIXES

CHOSEN = (*MODEL_SUFFIXES, ".bin", ".ts", ".zip")
"""Suffixes of models; the last ones are those of much else too, so that such a file is one only where it is chosen."""
KINDS = f"Models ({' '.join('*' + suffix for suffix in CHOSEN)});;All files (*)"


class ModelDialog(QFileDialog):
    """``picked`` gives the path. A folder that is a model is taken by *Open* and by Enter; others are gone into.

    It is Qt's own dialog, for those of the systems go into every folder. A double click goes into a model folder too.
    """

    picked = Signal(Path)

    def __init__(self, parent: QWidget, title: str, folder: str) -> None:
        super().__init__(parent, title, folder, KINDS)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.setLabelText(QFileDialog.DialogLabel.FileName, "File or model folder:")
        self.fileSelected.connect(lambda path: self.picked.emit(Path(path)))

    def accept(self) -> None:
        paths = [Path(path) for path in self.selectedFiles()]  # a row that is marked, and last what was typed
        if paths and paths[-1].is_dir() and is_model_folder(paths[-1]):
            self.picked.emit(paths[-1])
            self.reject()  # what accepts would go into it
        else:
            super().accept()

"""The model files that are known, as a table: what is read of each kind, what is assumed, and what is refused."""

from segstudio.models.loaders import LOADERS, Loader
from segstudio.services.tables import Table

HEADS = ("file", "what is read", "what is assumed", "what is refused", "takes")


def formats() -> Table:
    """Return a row a kind of file, in the order of the registry."""
    rows = [
        [loader.line, loader.read or "-", loader.assumed or "-", loader.refused or "-", _takes(loader)]
        for loader in LOADERS.values()
    ]
    return Table("Model files", HEADS, rows, words=len(HEADS))


def _takes(loader: Loader) -> str:
    extra = [f"segstudio[{loader.extra}]"] if loader.extra else []
    return ", ".join([*extra, *(["your trust, once a file: it is a program"] if loader.program else [])]) or "-"

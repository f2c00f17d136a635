"""The counts of many images side by side: what is asked of all of them is a pass over arrays, not over images."""

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.metrics.overlap import Margins, intersection, predicted_pixels, truth_pixels
from segstudio.services.growing import Growing


class ImageCounts:
    """Rows of counts, one an image, of one list of classes. Only the cells that are not 0 are kept.

    A table of 150 classes has 22,650 cells, of which an image fills a few hundred. ``images`` says of each cell, int64
    of shape (n, n + 1), how many images have pixels there; ``revision`` goes up with each ``put``.
    """

    def __init__(self, labels: tuple[int, ...]) -> None:
        n = len(labels)
        self.labels = labels
        self.images = np.zeros((n, n + 1), np.int64)
        self.revision = 0
        self._cells, self._pixels, self._owners = Growing(np.uint32), Growing(np.int64), Growing(np.int32)
        self._spans, self._left_out = Growing(np.int64, 2), Growing(np.int64, 2)
        self._margins, self._revisions = Growing(np.int64, 3 * n), Growing(np.int64)
        self._dead = 0

    def __len__(self) -> int:
        return len(self._spans)

    def put(self, row: int, confusion: Confusion) -> None:
        """Set the counts of a row; the first that is not there yet is ``len(self)``."""
        if row == len(self):
            for column in (self._spans, self._left_out, self._margins, self._revisions):
                column.add()
        else:
            self._drop(row)
        flat = confusion.counts.reshape(-1)
        cells = np.flatnonzero(flat)
        start = len(self._cells)
        self._cells.extend(cells)
        self._pixels.extend(flat[cells])
        self._owners.extend(np.full(len(cells), row))
        self._spans.rows[row] = start, start + len(cells)
        self._left_out.rows[row] = confusion.ignored, confusion.undeclared
        parts = (intersection(confusion), truth_pixels(confusion), predicted_pixels(confusion))
        self._margins.rows[row] = np.concatenate(parts)
        self.images.reshape(-1)[cells] += 1
        self.revision += 1
        self._revisions.rows[row] = self.revision

    def get(self, row: int) -> Confusion:
        """Return the counts of a row."""
        start, stop = self._spans.rows[row]
        counts = np.zeros(self.images.shape, np.int64)
        counts.reshape(-1)[self._cells.rows[start:stop, 0]] = self._pixels.rows[start:stop, 0]
        ignored, undeclared = (int(pixels) for pixels in self._left_out.rows[row])
        return Confusion(self.labels, counts, ignored, undeclared)

    def margins(self, rows: NDArray[np.intp], classes: slice = slice(None)) -> Margins:
        """Return the margins of some rows, each of shape (rows, n); of all classes, or of the n that are asked for."""
        found = self._margins.rows.reshape(-1, 3, len(self.labels))[rows, :, classes]
        return Margins(found[:, 0], found[:, 1], found[:, 2])

    def left_out(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the pixels of some rows that are not scored, shape (rows, 2): ignored, and of values without class."""
        return self._left_out.rows[rows]

    def changed_since(self, revision: int) -> NDArray[np.intp]:
        """Return the rows that were put after a revision, ascending."""
        return np.flatnonzero(self._revisions.rows[:, 0] > revision)

    def having(self, truth: int, predicted: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return the rows with pixels in the cell (truth, predicted), and how many, both most first.

        ``predicted`` may be n, for predictions that are an ignored class or none.
        """
        at = np.flatnonzero(self._cells.rows[:, 0] == truth * self.images.shape[1] + predicted)
        rows, pixels = self._owners.rows[at, 0].astype(np.intp), self._pixels.rows[at, 0]
        alive = rows >= 0
        rows, pixels = rows[alive], pixels[alive]
        order = np.lexsort((rows, -pixels))
        return rows[order], pixels[order]

    def _drop(self, row: int) -> None:
        start, stop = self._spans.rows[row]
        self.images.reshape(-1)[self._cells.rows[start:stop, 0]] -= 1
        self._owners.rows[start:stop] = -1
        self._dead += int(stop - start)
        if 2 * self._dead > len(self._cells):
            self._compact()

    def _compact(self) -> None:
        """Give back the room of what was put again: half of all, so that it is done seldom."""
        alive = np.flatnonzero(self._owners.rows[:, 0] >= 0)
        places = np.zeros(len(self._cells) + 1, np.int64)
        np.cumsum(self._owners.rows[:, 0] >= 0, out=places[1:])
        self._spans.rows[:] = places[self._spans.rows]
        for column in (self._cells, self._pixels, self._owners):
            column.keep(alive)
        self._dead = 0

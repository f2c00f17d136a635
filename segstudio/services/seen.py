"""A picture as it is looked at: what its file holds, and how that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from segstudio.core.display import Display, Distribution, Kind, kind_of, shown
from segstudio.core.raster import RgbImage, Samples
from segstudio.core.records import Sample
from segstudio.io.images import as_rgb, read_samples

READ_OFF = 12
"""Channels whose values are written out; of more, nobody could read them all."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """``image`` is the picture as it was shown whole last, of a plain one its samples whatever ``display`` says.

    ``values`` are None for a plain picture, until somebody looks at them.
    """

    samples: Samples
    display: Display
    image: RgbImage
    values: Distribution | None = None

    @property
    def kind(self) -> Kind:
        return kind_of(self.samples)

    def text_at(self, row: int, column: int) -> str:
        """Return what the file holds at a pixel, in all channels, as it is read off."""
        return " ".join(["RGB" if self.kind.plain else "Value", *self.texts_at(row, column)])

    def texts_at(self, row: int, column: int) -> list[str]:
        """Return the value of each channel at a pixel; of many channels the first few."""
        values = np.atleast_1d(self.samples[row, column])
        more = ["..."] if len(values) > READ_OFF else []
        some = values[:READ_OFF].tolist()
        return [f"{v:.5g}" if values.dtype.kind == "f" else f"{v}" for v in some] + more

    def for_model(self) -> RgbImage:
        """Return the picture as models see it, however it is shown; takes a while where it is not plain."""
        return as_rgb(self.samples)


def look(sample: Sample, displays: Mapping[Kind, Display]) -> Seen:
    """Read a picture and show it as the user chose for its kind, or as is usual; raises ``UnreadableFile``."""
    samples = read_samples(sample.image, sample.page)
    kind = kind_of(samples)
    display = displays.get(kind, Display.first(kind))
    if kind.plain and not display.auto:
        return Seen(samples, display, samples)
    values = Distribution.of(samples)
    display = display.fitted(values)
    return Seen(samples, display, samples if kind.plain else shown(samples, display), values)

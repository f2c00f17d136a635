"""What was taken for what: the colour of the class that was predicted, striped with that of the class it is."""

import numpy as np
from numpy.typing import NDArray

from segstudio.overlays.base import OverlayInput, Pixels, colored, hatch, looked_up, nothing, put


def confused(source: OverlayInput) -> NDArray[np.uint8]:
    """Return not 0 for each pixel whose truth is scored and that was predicted as anything else.

    With a class in focus, only where the truth or the prediction is of it. These are the pixels off the diagonal of a
    ``Confusion``.
    """
    truth, prediction, style = source.truth, source.prediction, source.style
    if prediction is None:
        return np.zeros(truth.shape, np.uint8)
    wrong = looked_up(style.scored, truth)
    wrong &= (truth != prediction).view(np.uint8)
    if style.focus is not None:
        wrong &= looked_up(style.objects, truth) | looked_up(style.objects, prediction)
    return wrong


def confusions(source: OverlayInput) -> Pixels:
    """Confused pixels in both colours, what is right as a veil in its own; the background counts as a class here."""
    if source.prediction is None:
        return nothing(source)
    wrong, style = confused(source), source.style
    pixels = colored(style.faint, source.truth)
    put(pixels, colored(style.plain, source.prediction), wrong)
    stripes = wrong & hatch(wrong.shape, source.origin).view(np.uint8)
    put(pixels, colored(style.strong, source.truth), stripes)
    return pixels

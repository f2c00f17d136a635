"""numpy arrays seen as QImages, without a copy."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from segstudio.core.raster import RgbImage


def opaque_view(pixels: NDArray[np.uint32]) -> QImage:
    """Return a QImage on the memory of ``pixels``, shape (height, width), 0xffRRGGBB."""
    return _view(pixels, QImage.Format.Format_RGB32)


def overlay_view(pixels: NDArray[np.uint32]) -> QImage:
    """Return a QImage on the memory of ``pixels``, shape (height, width), premultiplied 0xAARRGGBB."""
    return _view(pixels, QImage.Format.Format_ARGB32_Premultiplied)


def rgb_copy(pixels: RgbImage) -> QImage:
    """Return a QImage of its own from RGB pixels."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _view(pixels: NDArray[np.uint32], kind: QImage.Format) -> QImage:
    height, width = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], kind)

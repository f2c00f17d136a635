"""Pictures as the bytes of small files, the same for the same picture."""

from io import BytesIO

from PIL import Image

from segstudio.core.raster import RgbImage

JPEG_QUALITY = 85


def jpeg_of(picture: RgbImage) -> bytes:
    """Return a JPEG file of a picture: for photos."""
    return _encoded(picture, "JPEG", quality=JPEG_QUALITY, optimize=True)


def png_of(picture: RgbImage) -> bytes:
    """Return a PNG file of a picture: for what has edges."""
    return _encoded(picture, "PNG", optimize=True)


def _encoded(picture: RgbImage, kind: str, **options: int) -> bytes:
    stream = BytesIO()
    Image.fromarray(picture).save(stream, kind, **options)
    return stream.getvalue()

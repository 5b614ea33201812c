"""What was painted over a photo, as a mask."""

import io

from PIL import Image

from instructir.errors import ImageFileError
from instructir.images import Photo


def fit_painting(mask: bytes, photo: Photo) -> bytes:
    """A mask at the size of a photo: the page paints on one that is no larger than the screen.

    Args:
        mask: a PNG file, white where the photo is to be restored.
        photo: the photo.

    Returns:
        A PNG file.

    Raises:
        ImageFileError: if it is none.
    """
    target = io.BytesIO()
    try:
        with Image.open(io.BytesIO(mask), formats=["PNG"]) as painted:
            size = (photo.width, photo.height)
            painted.convert("L").resize(size, Image.Resampling.BILINEAR).save(target, "PNG", compress_level=1)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ImageFileError("mask: is no PNG file; paint it again") from None
    return target.getvalue()

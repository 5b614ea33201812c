"""GIF files of one frame, through Pillow; they are read and not written."""

from dataclasses import replace
from typing import Any

import numpy as np

from instructir.images.codecs import pillow
from instructir.images.codecs.codec import Codec
from instructir.images.raster import Raster


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    image: Any = pillow.opened(data, name, "GIF", max_pixels)
    left, top, right, bottom = image.tile[0].extents
    raster = replace(pillow.decoded(image, name), metadata=pillow.metadata_of(image))
    return _on_screen(raster, slice(top, bottom), slice(left, right))


def _on_screen(raster: Raster, rows: slice, columns: slice) -> Raster:
    """Return the raster of the whole screen, transparent where the frame does not reach.

    Pillow fills the rest of the screen with the first colour of the palette, which nobody chose. Browsers
    show there what lies behind the picture.
    """
    shape = raster.samples.shape[:2]
    alpha = np.zeros(shape, np.uint8)
    alpha[rows, columns] = 255 if raster.alpha is None else raster.alpha[rows, columns]
    if raster.alpha is None and alpha.all():
        return raster
    return replace(raster, alpha=alpha)


CODEC = Codec("GIF", lambda head, _: head.startswith(b"GIF8"), _decode, read_suffixes=(".gif",))

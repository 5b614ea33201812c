"""GIF files of one frame, through Pillow; they are read and not written."""

from dataclasses import replace

from instructir.images.codecs import pillow
from instructir.images.codecs.codec import Codec
from instructir.images.raster import Raster


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    image = pillow.opened(data, name, "GIF", max_pixels)
    return replace(pillow.decoded(image, name), metadata=pillow.metadata_of(image))


CODEC = Codec("GIF", lambda head, _: head.startswith(b"GIF8"), _decode, read_suffixes=(".gif",))

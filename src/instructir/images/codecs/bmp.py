"""BMP files, through Pillow."""

from dataclasses import replace

from instructir.images.codecs import pillow
from instructir.images.codecs.codec import Codec
from instructir.images.holding import Holds
from instructir.images.planes import Planes
from instructir.images.raster import Raster


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    image = pillow.opened(data, name, "BMP", max_pixels)
    raster = pillow.decoded(image, name)
    if raster.alpha is not None and not raster.alpha.any():
        # Many programs state transparency and leave it at zero; everybody shows their pictures.
        raster = replace(raster, alpha=None)
    return replace(raster, metadata=pillow.metadata_of(image))


def _encode(planes: Planes, quality: int | None, name: str) -> bytes:  # noqa: ARG001 - lossless
    return pillow.saved(planes.image(), "BMP", dpi=planes.metadata.dpi or (0, 0))  # else Pillow states 96


CODEC = Codec(
    "BMP",
    lambda head, _: head.startswith(b"BM"),
    _decode,
    suffixes=(".bmp",),
    read_suffixes=(".dib",),
    holds=Holds(
        depth=8, alpha=False, grey=1, side=2**31 - 1, states=(), notes=False, density=("resolution",)
    ),
    encode=_encode,
)

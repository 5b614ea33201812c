"""From a `Photo` to samples as a file format takes them, and what is lost on the way."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images.colour import icc, samples
from instructir.images.colour.cicp import Parameters
from instructir.images.colour.spaces import Space
from instructir.images.holding import Holds, metadata_held
from instructir.images.metadata import Metadata
from instructir.images.photo import Photo

DEFAULT_QUALITY = 90
"""For WebP, AVIF, HEIC, JPEG XL and JPEG 2000: compression artefacts stay below what the eye sees."""


@dataclass(frozen=True, eq=False)
class Planes:
    """Samples as a format takes them.

    Attributes:
        samples: (H, W, C), alpha last if there is any; uint8, uint16 or float32.
        colours: channels without alpha, 1 or 3.
        metadata: the photo's, as the format has room for them, with sizes brought up to date, and without
            statements about colours that are not true of these samples.
        icc: the profile to embed, or None.
    """

    samples: NDArray[Any]
    colours: int
    metadata: Metadata
    icc: bytes | None

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is alpha."""
        return int(self.samples.shape[2]) > self.colours

    def image(self) -> Image.Image:
        """Return 8-bit samples, or one channel of 16 bits, as Pillow's image."""
        array = self.samples[..., 0] if self.samples.shape[2] == 1 else self.samples
        return Image.fromarray(np.ascontiguousarray(array))


def planes_of(photo: Photo, holds: Holds) -> Planes:
    """Return the samples that a format takes of `photo`.

    Depth is rounded down to what the format holds, but never raised. Without an alpha channel the picture is
    laid over white. Colours are written as the file stated them where the format can state that; else in the
    working space with a profile of it; and where no profile can be embedded, as sRGB.
    """
    pixels = photo.pixels
    alpha = photo.alpha
    if alpha is not None and not holds.alpha:
        pixels = samples.over_white(pixels, alpha)
        alpha = None
    is_grey = photo.greyscale and holds.grey >= (1 if alpha is None else 2)
    colours = 1 if is_grey else 3
    pixels, metadata, profile, space = _stated(photo, pixels, holds, colours)
    if photo.greyscale:
        pixels = samples.luma(pixels)
    depth = min(photo.depth, holds.depth)
    array = samples.from_working(pixels, space, depth)
    if array.shape[2] < colours:
        array = np.repeat(array, 3, axis=2)
    if alpha is not None:
        array = np.concatenate([array, samples.alpha_of_depth(alpha, depth)[..., None]], axis=2)
    metadata = metadata.resized(photo.width, photo.height)
    return Planes(array, colours, metadata_held(metadata, holds)[0], profile)


def _stated(
    photo: Photo, pixels: samples.Pixels, holds: Holds, colours: int
) -> tuple[samples.Pixels, Metadata, bytes | None, Space | None]:
    """Return working pixels, the metadata and profile that state their colours, and the space to write."""
    space, meta = photo.space, photo.metadata
    is_grey_no_more = photo.greyscale and colours == 3 and icc.device_space(meta.icc) == "GRAY"
    embedded = meta.icc if "icc" in holds.states and not is_grey_no_more else None
    if not holds.can_state(meta):
        meta = replace(meta, cicp=None, parameters=None, nclx=None)
    elif space is not None and space.stated in holds.states and (space.stated != "icc" or embedded):
        return pixels, meta, embedded, space
    if space is None:
        return pixels, meta, embedded, None
    chunks = tuple(chunk for chunk in meta.chunks if chunk[0] not in _COLOUR_CHUNKS)
    meta = replace(meta, icc=None, cicp=None, parameters=None, nclx=None, chunks=chunks)
    profile = space.profile() if colours == 3 else None
    if profile is None or "icc" in holds.states:
        return pixels, meta, profile, None
    points = space.points()
    if points and "parameters" in holds.states:
        return pixels, replace(meta, parameters=Parameters(None, points)), None, None
    return samples.to_srgb(pixels, space), meta, None, None


_COLOUR_CHUNKS: frozenset[bytes] = frozenset({b"gAMA", b"cHRM", b"sRGB", b"cICP", b"mDCV", b"cLLI"})
"""PNG chunks that say what the samples stand for."""


def losses_of(photo: Photo, holds: Holds, name: str) -> tuple[str, ...]:
    """Return what a format called `name` cannot hold of `photo`, a sentence each."""
    lost = []
    if photo.alpha is not None and not holds.alpha and (photo.alpha < _full(photo.alpha)).any():
        lost.append(f"{name} holds no transparency: the picture is laid over white")
    bits = photo.metadata.bits if 8 < photo.metadata.bits < photo.depth else photo.depth
    if bits > (holds.bits or holds.depth):
        kind = "float" if bits == 32 else f"{bits}-bit"
        lost.append(f"{name} holds {holds.bits or holds.depth} bits a sample: the {kind} samples are rounded")
    if photo.depth == 32 and holds.depth < 32 and (photo.pixels.max() > 1 or photo.pixels.min() < 0):
        lost.append(f"{name} holds no values outside 0 to 1: they are clipped")
    lost += metadata_held(photo.metadata, holds, name)[1]
    space = photo.space
    if space is None or (space.stated in holds.states and holds.can_state(photo.metadata)):
        return tuple(lost)
    if space.is_hdr:
        lost.append(f"{name} cannot state HDR: light above white is rolled off into the ordinary range")
    is_held = "icc" in holds.states or ("parameters" in holds.states and space.points())
    if space.is_wide and not is_held and not photo.greyscale:
        lost.append(f"{name} holds no colour profile: colours are converted to sRGB")
    return tuple(lost)


def _full(alpha: NDArray[Any]) -> float:
    return 1.0 if alpha.dtype.kind == "f" else float(np.iinfo(alpha.dtype).max)

"""Frames of a video as pictures, and pictures as frames.

A frame is converted to RGB, its pixels are restored and put back into that RGB frame, and it is converted to
what the encoder takes: so all that the frame carries (captions, field order, metadata of its own) goes along.
"""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.errors import ImageFileError
from instructir.images import Photo
from instructir.jobs.video.coding import Coding
from instructir.jobs.video.library import library
from instructir.restoration.inputs import to_photo

_CONVERTED = {1: 1, 2: 2, 3: 2, 4: 4, 5: 5, 6: 6, 7: 7, 9: 9, 10: 9}
"""Matrices (of H.273), with what FFmpeg converts them by; the same goes there and back."""

_CARRIERS = {
    (False, False): "rgb24",
    (True, False): "rgba",
    (False, True): "rgb48le",
    (True, True): "rgba64le",
}
"""By transparency, and whether there are more than 8 bits."""

_THROUGH = {"rgb24": "gbrp", "rgba": "gbrap", "rgb48le": "gbrp16le", "rgba64le": "gbrap16le"}


def rgb_frame(frame: Any) -> Any:
    """`frame` in RGB, with or without alpha, 8 or 16 bits; never the same object.

    Raises:
        ImageFileError: if its colours are coded in a way that cannot be converted.
    """
    matrix = frame.colorspace
    frame.colorspace = _matrix(matrix, frame.format, frame.height, frame.color_primaries)
    try:
        name = _CARRIERS[has_alpha(frame.format), depth(frame.format) > 8]
        carrier = frame.reformat(format=name, interpolation=_exact())
        if carrier is frame:
            other = frame.reformat(format=_THROUGH[name], interpolation=_exact())
            carrier = other.reformat(format=name, interpolation=_exact())
    finally:
        frame.colorspace = matrix
    return carrier


def depth(form: Any) -> int:
    """Bits a sample of a pixel format."""
    return int(max(component.bits for component in form.components))


def has_alpha(form: Any) -> bool:
    """Whether a pixel format has transparency."""
    return any(component.is_alpha for component in form.components) or form.name == "pal8"


def is_grey(form: Any) -> bool:
    """Whether a pixel format has no colours."""
    return str(form.name).startswith(("gray", "mono", "ya"))


def photos(carrier: Any, *, grey: bool) -> list[Photo]:
    """What is to be restored of a frame in RGB: the whole, or each of the two fields that it is woven of.

    Two fields show two moments; as one picture they have combs wherever something moves.
    """
    pixels = _samples(carrier)
    if grey:
        pixels = pixels[..., [0, -1] if pixels.shape[2] == 4 else [0]]
    parts = [pixels[0::2], pixels[1::2]] if carrier.interlaced_frame else [pixels]
    return [to_photo(np.ascontiguousarray(part)) for part in parts]


def fill(carrier: Any, restored: list[Photo]) -> None:
    """Put restored pictures, as :func:`photos` gave them, back into a frame in RGB."""
    samples = _samples(carrier)
    rows = [samples[0::2], samples[1::2]] if len(restored) == 2 else [samples]
    full = np.iinfo(samples.dtype).max
    for part, photo in zip(rows, restored, strict=True):
        part[..., :3] = np.rint(photo.pixels.clip(0, 1) * full).astype(samples.dtype)
        if photo.alpha is not None:
            part[..., 3] = photo.alpha


def coded(carrier: Any, coding: Coding, time: int) -> Any:
    """A frame in RGB as the encoder takes it, shown at `time` in the coding's unit."""
    form = library().VideoFormat(coding.pixel_format)
    frame = carrier.reformat(
        width=coding.width,
        height=coding.height,
        format=coding.pixel_format,
        dst_colorspace=_matrix(coding.matrix, form, coding.height, coding.primaries),
        dst_color_range=coding.range or None,
        interpolation=_exact(),
    )
    length = (frame.duration or 0) * Fraction(frame.time_base or 0)
    frame.pts, frame.time_base = time, coding.time_base
    frame.duration = round(length / coding.time_base)
    frame.pict_type = 0  # which kind of frame it was in the source is no order to the encoder
    frame.colorspace, frame.color_range = coding.matrix, coding.range
    frame.color_primaries, frame.color_trc = coding.primaries, coding.transfer
    return frame


def _samples(carrier: Any) -> NDArray[Any]:
    """The pixels (H, W, C) of a packed RGB frame, to be read and written in place."""
    plane = carrier.planes[0]
    kind = np.uint16 if "le" in carrier.format.name else np.uint8
    channels = 4 if "rgba" in carrier.format.name else 3
    rows = np.frombuffer(plane, kind).reshape(carrier.height, plane.line_size // np.dtype(kind).itemsize)
    return rows[:, : carrier.width * channels].reshape(carrier.height, carrier.width, channels)


def _matrix(number: int, form: Any, height: int, primaries: int) -> int:
    """By which matrix frames are converted that say `number`.

    Raises:
        ImageFileError: if there is no way.
    """
    if form.is_rgb:
        return number
    if number in (12, 13):  # derived from the primaries
        number = 9 if primaries == 9 else 1
    if number == 0:  # a mistake: only RGB has none
        number = usual_matrix(height)
    if number not in _CONVERTED:
        raise ImageFileError(
            f"the video's colours are coded by matrix {number} of H.273, which cannot be converted; "
            f"convert it to BT.709 first"
        )
    return _CONVERTED[number]


def usual_matrix(height: int) -> int:
    """What players take for granted: BT.709 in high definition, BT.601 below."""
    return 1 if height >= _HIGH_DEFINITION else 6


_HIGH_DEFINITION = 720
"""Rows from which on it is."""


def _exact() -> Any:
    """How colours are converted: chroma at full width where there is as much, and rounded properly."""
    kind = library().video.reformatter.Interpolation
    return kind.BICUBIC | kind.FULL_CHR_H_INT | kind.FULL_CHR_H_INP | kind.ACCURATE_RND

"""A picture in memory: its pixels, and everything needed to write it back."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images.colour import samples
from instructir.images.colour.spaces import Space
from instructir.images.filling import filled, known_part
from instructir.images.metadata import Metadata

_HIDDEN = 1 / 255
"""Opacity up to which nobody sees a colour."""
_TINT_MEAN, _TINT_MAX, _TINT_SHARE = 1.5 / 255, 12 / 255, 0.02
"""Differences between the channels that JPEG leaves in a grey picture: their mean, their largest, and their
mean as a fraction of the mean brightness, without which a dark colour photo would count as grey."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture as it was read from a file.

    Attributes:
        pixels: float32 of shape (H, W, 3) with the curve of sRGB and the primaries of `space`; of a picture
            whose `space` is None, sRGB. In [0, 1], but that float files may leave that range. The three
            channels of a greyscale picture are equal.
        alpha: opacity (H, W) in the file's own type (uint8, uint16 or float32), or None.
        greyscale: whether the file has one colour channel and is to have one again.
        depth: bits a sample: 8, 16, or 32 for float.
        format: Pillow's name of the file's format; "RAW" for camera RAW, "HEIF" for HEIC.
        metadata: EXIF, XMP, ICC profile, resolution and coding.
        space: what the file's samples stand for, if that is not sRGB.
        notes: what the user should know about the reading, a sentence each.
    """

    pixels: NDArray[np.float32] = field(repr=False)
    alpha: NDArray[Any] | None = field(default=None, repr=False)
    greyscale: bool = False
    depth: int = 8
    format: str = "PNG"
    metadata: Metadata = field(default_factory=Metadata)
    space: Space | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def srgb(self) -> NDArray[np.float32]:
        """The pixels (H, W, 3) in sRGB, clipped to [0, 1], for display and for learning."""
        converted: NDArray[np.float32] = np.clip(samples.to_srgb(self.pixels, self.space), 0, 1)
        return converted

    @property
    def visible(self) -> NDArray[np.float32]:
        """The pixels (H, W, 3) as a network may see them: in [0, 1], without colours that nobody sees.

        What lies below full transparency is filled from its visible surroundings.
        """
        pixels = self.pixels if self.depth < 32 else np.clip(self.pixels, 0, 1)
        hidden = self._hidden
        return pixels if hidden is None else filled(pixels, ~hidden)

    @property
    def plainly_visible(self) -> NDArray[np.float32]:
        """The largest part of `visible` without anything filled in, (h, w, 3); empty where there is none."""
        hidden = self._hidden
        return self.visible if hidden is None else self.visible[known_part(~hidden)]

    def with_visible(self, pixels: NDArray[np.floating[Any]]) -> "Photo":
        """Return this photo with what can be seen of it restored.

        Colours below full transparency stay as they are. What float files hold beyond [0, 1] is added again.

        Args:
            pixels: restored ones of `visible`, (h, w, 3); clipped to [0, 1].

        Raises:
            ValueError: if they have another shape or no pixel at all.
        """
        result = np.clip(pixels, 0, 1)
        if result.shape != self.pixels.shape:
            return self.with_pixels(result)
        if self.depth == 32:
            result = result + (self.pixels - np.clip(self.pixels, 0, 1))
        hidden = self._hidden
        if hidden is not None:
            result = np.where(hidden[..., None], self.pixels, result)
        return self.with_pixels(result)

    @cached_property
    def neutral(self) -> bool:
        """Whether the picture is grey throughout, also where it is stored in colour.

        The tints that JPEG leaves in a grey picture count as grey.
        """
        if self.greyscale:
            return True
        total, largest, light, count = 0.0, 0.0, 0.0, 0
        for rows in samples.blocks(self.pixels.shape):
            pixels = self.pixels[rows]
            if self._hidden is not None:
                pixels = pixels[~self._hidden[rows]][None]
            if not pixels.size:
                continue
            tint = pixels.max(axis=2) - pixels.min(axis=2)
            largest = max(largest, float(tint.max()))
            if largest >= _TINT_MAX:
                return False
            total += float(tint.sum())
            light += float(pixels.mean(axis=2).sum())
            count += tint.size
        return total <= _TINT_MEAN * count and total <= _TINT_SHARE * light

    @cached_property
    def _hidden(self) -> NDArray[np.bool_] | None:
        """Where nothing can be seen (H, W), or None if there is no such place."""
        if self.alpha is None:
            return None
        full = 1.0 if self.alpha.dtype.kind == "f" else float(np.iinfo(self.alpha.dtype).max)
        hidden: NDArray[np.bool_] = self.alpha <= full * _HIDDEN
        return hidden if hidden.any() else None

    def with_pixels(self, pixels: NDArray[np.floating[Any]]) -> "Photo":
        """Return this photo with other pixels, which may have another size.

        The new pixels are taken to show the same field of view, so at another size alpha is resampled
        (bicubic). The EXIF thumbnail, which shows the old pixels, is left behind.

        Args:
            pixels: shape (h, w, 3), with the curve and primaries of `pixels`, in [0, 1].

        Raises:
            ValueError: if they have another shape or no pixel at all.
        """
        if pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
            raise ValueError(f"pixels must have the shape (height, width, 3), not {pixels.shape}")
        size = (int(pixels.shape[1]), int(pixels.shape[0]))
        alpha = self.alpha
        if alpha is not None and size != (self.width, self.height):
            alpha = _resampled(alpha, size)
        return replace(
            self,
            pixels=np.ascontiguousarray(pixels, dtype=np.float32),
            alpha=alpha,
            metadata=self.metadata.repainted(),
        )


def _resampled(channel: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    resized = Image.fromarray(channel.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    result: NDArray[Any] = np.clip(np.asarray(resized), channel.min(), channel.max())  # bicubic overshoots
    return (np.rint(result) if channel.dtype.kind == "u" else result).astype(channel.dtype)

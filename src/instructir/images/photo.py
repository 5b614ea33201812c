"""A picture in memory: its pixels, and everything needed to write it back."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images.metadata import Metadata


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture as it was read from a file.

    Attributes:
        pixels: sRGB, encoded, float32 of shape (H, W, 3), in [0, 1]; pixels of float files may leave that
            range. The three channels of a greyscale picture are equal.
        alpha: opacity (H, W) in the file's own type (uint8, uint16 or float32), or None.
        greyscale: whether the file has one colour channel and is to have one again.
        depth: bits a sample: 8, 16, or 32 for float.
        format: Pillow's name of the file's format; "RAW" for camera RAW, "HEIF" for HEIC.
        metadata: EXIF, XMP, ICC profile, resolution and coding.
        out_of_gamut: for pictures with a wide colour profile, what their colours exceed sRGB by (H, W, 3), or
            None. It is added again when the picture is written with its profile.
    """

    pixels: NDArray[np.float32] = field(repr=False)
    alpha: NDArray[Any] | None = field(default=None, repr=False)
    greyscale: bool = False
    depth: int = 8
    format: str = "PNG"
    metadata: Metadata = field(default_factory=Metadata)
    out_of_gamut: NDArray[np.float32] | None = field(default=None, repr=False)

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    def with_pixels(self, pixels: NDArray[np.floating[Any]]) -> "Photo":
        """Return this photo with other pixels, which may have another size.

        The new pixels are taken to show the same field of view, so at another size alpha and out-of-gamut
        colour are resampled (bicubic). The EXIF thumbnail, which shows the old pixels, is left behind.

        Args:
            pixels: sRGB of shape (h, w, 3), in [0, 1].

        Raises:
            ValueError: if they have another shape or no pixel at all.
        """
        if pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
            raise ValueError(f"pixels must have the shape (height, width, 3), not {pixels.shape}")
        size = (int(pixels.shape[1]), int(pixels.shape[0]))
        alpha, excess = self.alpha, self.out_of_gamut
        if size != (self.width, self.height):
            alpha = None if alpha is None else _resampled(alpha, size)
            excess = None if excess is None else _resampled(excess, size)
        return replace(
            self,
            pixels=np.ascontiguousarray(pixels, dtype=np.float32),
            alpha=alpha,
            metadata=self.metadata.repainted(),
            out_of_gamut=excess,
        )


def _resampled(channel: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    planes = channel.reshape(*channel.shape[:2], -1)
    resized = [
        np.asarray(Image.fromarray(planes[..., i].astype(np.float32)).resize(size, Image.Resampling.BICUBIC))
        for i in range(planes.shape[2])
    ]
    result: NDArray[Any] = np.stack(resized, axis=-1).reshape(size[1], size[0], *channel.shape[2:])
    result = np.clip(result, channel.min(), channel.max())  # bicubic overshoots
    return (np.rint(result) if channel.dtype.kind == "u" else result).astype(channel.dtype)

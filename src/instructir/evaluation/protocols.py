"""Named protocols: what exactly is measured. No number of ours is shown without its protocol's name.

``strict`` measures what a file gets: a file of 8 bits goes in, and one comes out. ``reference`` repeats the
evaluation code that the paper's authors released, and with it the paper's tables (section 4.2): their noisy
pictures are files of 8 bits too, which their logs give away (an input of 24.84 dB at sigma 15), but what is
measured are unclamped floats on a crop. ``unclipped`` is the same with the noise of other denoising papers,
which no file could hold. Their numbers differ, so they must never stand in one column.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from instructir.errors import ConfigError, DataError

FloatPixels = NDArray[np.float64]
"""A picture, (H, W, 3), or a plane, (H, W)."""

_LUMA_WEIGHTS = np.array([65.481, 128.553, 24.966]) / 255
"""Weights of red, green and blue in the luma of BT.601, on the 8-bit scale with footroom (16 to 235)."""


@dataclass(frozen=True)
class Protocol:
    """How a restored picture and its reference are compared.

    Attributes:
        name: what results are labelled with.
        crop_multiple: centre-crop to a multiple of this many pixels before restoration; 1 keeps all.
        stored_input: the network is given pictures as 8-bit files hold them, made noise included.
        eight_bit: clamp to [0, 1] and round to 8 bits before measuring, rather than measure unclamped floats.
        ensemble: runs of a model that are averaged, 0 for as many as a restoration takes.
        luma: how deraining's Y is formed from 8-bit values. ``rgb`` is BT.601 on rounded values. ``bgr``
            repeats the reference code, which truncates to 8 bits and takes red for blue.
        summary: one line for tables and reports.
    """

    name: str
    crop_multiple: int
    stored_input: bool
    eight_bit: bool
    ensemble: int
    luma: Literal["rgb", "bgr"]
    summary: str

    def __str__(self) -> str:
        return f"{self.name}: {self.summary}"

    def to_dict(self) -> dict[str, Any]:
        """Return the protocol as plain JSON types."""
        return asdict(self)

    def given(self, image: Tensor) -> Tensor:
        """What the network is given of a degraded picture (..., H, W): cropped, and stored if that is so."""
        cropped = self.crop(image)
        return _stored(cropped) if self.stored_input else cropped

    def crop(self, image: Tensor) -> Tensor:
        """Centre-crop (..., H, W); the odd pixel of an uneven margin is cut at the bottom and right.

        Raises:
            DataError: if nothing would be left.
        """
        height, width = image.shape[-2:]
        spare = height % self.crop_multiple, width % self.crop_multiple
        if spare[0] == height or spare[1] == width:
            raise DataError(f"{width}x{height} pixels are fewer than the {self.crop_multiple} of {self.name}")
        top, left = spare[0] // 2, spare[1] // 2
        return image[..., top : top + height - spare[0], left : left + width - spare[1]]

    def measured(self, image: Tensor) -> FloatPixels:
        """The values that are compared in RGB, (3, H, W) to (H, W, 3) on the scale of [0, 1]."""
        return _channels_last(_stored(image) if self.eight_bit else image)

    def measured_luma(self, image: Tensor) -> FloatPixels:
        """The Y that is compared in deraining, (3, H, W) in [0, 1] to (H, W) on the 8-bit scale."""
        scaled = image.clamp(0, 1) * 255
        stored = _channels_last(scaled.floor() if self.luma == "bgr" else scaled.round())
        weights = _LUMA_WEIGHTS[::-1] if self.luma == "bgr" else _LUMA_WEIGHTS
        luma: FloatPixels = stored @ weights + 16
        return luma


def _stored(image: Tensor) -> Tensor:
    """What a file of 8 bits keeps of values about [0, 1]."""
    return (image.clamp(0, 1) * 255).round() / 255


def _channels_last(image: Tensor) -> FloatPixels:
    return image.detach().to("cpu", torch.float64).permute(1, 2, 0).numpy()


PROTOCOLS: dict[str, Protocol] = {
    protocol.name: protocol
    for protocol in (
        Protocol(
            "strict",
            crop_multiple=1,
            stored_input=True,
            eight_bit=True,
            ensemble=0,
            luma="rgb",
            summary="what a file gets: full frame, from 8 bits to 8 bits, as many runs as it takes, RGB",
        ),
        Protocol(
            "reference",
            crop_multiple=16,
            stored_input=True,
            eight_bit=False,
            ensemble=1,
            luma="bgr",
            summary="8-bit input, centre-crop to a multiple of 16, RGB on unclamped floats, as published",
        ),
        Protocol(
            "unclipped",
            crop_multiple=16,
            stored_input=False,
            eight_bit=False,
            ensemble=1,
            luma="bgr",
            summary="as reference, but the noise is not clipped to what a file holds",
        ),
    )
}
"""The protocols by name."""


def get_protocol(name: str) -> Protocol:
    """The protocol called `name`.

    Raises:
        ConfigError: if there is none.
    """
    try:
        return PROTOCOLS[name]
    except KeyError:
        raise ConfigError(f"unknown protocol {name!r}: use one of {', '.join(PROTOCOLS)}") from None

"""What a file says beside its pixels, in the form in which it will be written again."""

from dataclasses import dataclass, replace
from typing import Any

from instructir.images.colour.cicp import Codes, Parameters
from instructir.images.metadata import exif, xmp


@dataclass(frozen=True)
class JpegCoding:
    """How a JPEG file was compressed, and the segments of it that we carry without reading.

    Attributes:
        tables: quantization tables of 64 values each, in the order of their numbers.
        subsampling: 0 for 4:4:4, 1 for 4:2:2, 2 for 4:2:0, -1 if it was another.
        progressive: whether the scans were progressive.
        segments: whole marker segments (IPTC, extended XMP and other application data).
        comment: the comment segment, or None.
        orientation: EXIF orientation that the pixels were turned upright from; None once they are no longer
            those that the file decodes to.
    """

    tables: tuple[tuple[int, ...], ...]
    subsampling: int = -1
    progressive: bool = False
    segments: bytes = b""
    comment: bytes | None = None
    orientation: int | None = None


@dataclass(frozen=True)
class Metadata:
    """Metadata of a picture; every part is None or empty where the file has none.

    Attributes:
        exif: the EXIF block, a TIFF structure whose orientation is 1.
        xmp: the XMP packet.
        icc: the ICC profile, embedded again to the byte.
        dpi: resolution in pixels an inch, horizontal and vertical.
        jpeg: how a JPEG file was coded.
        cicp: code points that state the colours, or None; where a file has a profile as well, the decoder
            leaves here only what counts for more.
        parameters: numbers that state the colours (gAMA and cHRM of PNG, JPEG XL), or None.
        chunks: PNG chunks to be copied, as (type, data).
        lossless: whether a file of a format that can be either was lossless; None for other formats.
        bits: bits a sample of a HEIC, AVIF, JPEG XL or JPEG 2000 file.
        nclx: the coded colour description of a HEIC file, as its codec states it.
    """

    exif: bytes | None = None
    xmp: bytes | None = None
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    jpeg: JpegCoding | None = None
    cicp: Codes | None = None
    parameters: Parameters | None = None
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    lossless: bool | None = None
    bits: int = 8
    nclx: dict[str, Any] | None = None

    def turned(self, orientation: int) -> "Metadata":
        """Return the metadata of pixels that were turned upright from `orientation` (1 to 8)."""
        block = exif.upright_exif(self.exif)
        dpi = self.dpi
        if orientation != 1:
            block = exif.without_thumbnail(block)
        if orientation > 4 and dpi is not None:
            dpi = (dpi[1], dpi[0])
        jpeg = self.jpeg and replace(self.jpeg, orientation=orientation)
        return replace(self, exif=block, xmp=xmp.upright_xmp(self.xmp), dpi=dpi, jpeg=jpeg)

    def enlarged(self, across: float, down: float, dpi: float | None = None) -> "Metadata":
        """Return the metadata of pixels of which there are so many times more, printed as large as before.

        Args:
            across: times as many columns.
            down: times as many rows.
            dpi: resolution to state instead.
        """
        if self.dpi is not None:
            across, down = (dpi / self.dpi[0], dpi / self.dpi[1]) if dpi else (across, down)
            stated: tuple[float, float] | None = (self.dpi[0] * across, self.dpi[1] * down)
        else:
            stated = (dpi, dpi) if dpi else None
        chunks = tuple(chunk for chunk in self.chunks if chunk[0] != b"pHYs")
        block = exif.rescaled(self.exif, across, down)
        return replace(self, exif=block, dpi=stated, chunks=chunks)

    def repainted(self) -> "Metadata":
        """Return the metadata of changed pixels: without the thumbnail, which shows the old ones."""
        jpeg = self.jpeg and replace(self.jpeg, orientation=None)
        return replace(self, exif=exif.without_thumbnail(self.exif), jpeg=jpeg)


def positive_pair(value: object) -> tuple[float, float] | None:
    """Return a pair of resolutions as floats, or None if it is no pair of positive numbers.

    Files state zero, infinite and absent resolutions, and codecs hand them on.
    """
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    try:
        pair = (float(value[0]), float(value[1]))
    except (TypeError, ValueError, ArithmeticError):
        return None
    return pair if all(0 < number < 1e6 for number in pair) else None

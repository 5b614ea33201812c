"""What a file says beside its pixels, in the form in which it will be written again."""

from dataclasses import dataclass, replace
from typing import Any

from instructir.images.colour.cicp import Codes, Parameters
from instructir.images.metadata import exif_geometry, photoshop, xmp, xmp_geometry


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
        aspect: where no resolution is stated, how many pixels there are across and down in the same length,
            which says their shape; None where they are square or nothing is said.
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
    aspect: tuple[float, float] | None = None
    jpeg: JpegCoding | None = None
    cicp: Codes | None = None
    parameters: Parameters | None = None
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    lossless: bool | None = None
    bits: int = 8
    nclx: dict[str, Any] | None = None

    def readable(self) -> "Metadata":
        """Return the metadata with the XMP packet in UTF-8, the one encoding in which it is edited."""
        packet = xmp.as_utf8(self.xmp)
        return self if packet is self.xmp else replace(self, xmp=packet)

    def believable(self) -> "Metadata":
        """Return the metadata without statements of colour that stand for none, as `Codes.known` has them."""
        codes, numbers = self.cicp and self.cicp.known, self.parameters and self.parameters.possible
        void = {b"cICP"} if codes != self.cicp else set()
        if self.parameters and numbers:
            void |= {b"gAMA"} if numbers.gamma != self.parameters.gamma else set()
            void |= {b"cHRM"} if numbers.points != self.parameters.points else set()
        if not void:
            return self
        chunks = tuple(chunk for chunk in self.chunks if chunk[0] not in void)
        nclx = None if codes != self.cicp else self.nclx
        numbers = numbers if numbers and any(numbers) else None
        return replace(self, cicp=codes, parameters=numbers, chunks=chunks, nclx=nclx)

    def turned(self, orientation: int, width: int, height: int) -> "Metadata":
        """Return the metadata of pixels that were turned upright.

        Args:
            orientation: from which they were turned (1 to 8).
            width: of the upright picture, in pixels.
            height: of the upright picture, in pixels.
        """
        upright = replace(self, exif=exif_geometry.upright_exif(self.exif), xmp=xmp.upright_xmp(self.xmp))
        jpeg = self.jpeg and replace(self.jpeg, orientation=orientation)
        if orientation == 1:
            return replace(upright, jpeg=jpeg)
        shown = upright.repainted()
        if jpeg is not None:
            segments = photoshop.in_segments(
                shown.jpeg.segments if shown.jpeg else b"",
                lambda data: photoshop.turned_resources(data, orientation),
            )
            jpeg = replace(jpeg, segments=segments)
        return replace(
            shown,
            exif=exif_geometry.turned_exif(shown.exif, orientation, width, height),
            xmp=xmp_geometry.turned_xmp(shown.xmp, orientation, width, height),
            dpi=self.dpi[::-1] if self.dpi and orientation > 4 else self.dpi,
            aspect=self.aspect[::-1] if self.aspect and orientation > 4 else self.aspect,
            jpeg=jpeg,
        )

    def turnable(self) -> tuple["Metadata", bool]:
        """Return the metadata without what cannot be turned with the pixels, and whether that was any."""
        block = exif_geometry.without_map(self.exif)
        packet, had_any = xmp_geometry.without_unturned(self.xmp)
        return replace(self, exif=block, xmp=packet), had_any or block != self.exif

    def enlarged(self, across: float, down: float, dpi: float | None = None) -> "Metadata":
        """Return the metadata of pixels of which there are so many times more, printed as large as before.

        Args:
            across: times as many columns.
            down: times as many rows.
            dpi: resolution to state instead.
        """
        by_columns, by_rows = across, down
        if self.dpi is not None:
            across, down = (dpi / self.dpi[0], dpi / self.dpi[1]) if dpi else (across, down)
            stated: tuple[float, float] | None = (self.dpi[0] * across, self.dpi[1] * down)
        else:
            stated = (dpi, dpi) if dpi else None
        jpeg = self.jpeg and replace(
            self.jpeg,
            segments=photoshop.in_segments(
                self.jpeg.segments, lambda data: photoshop.rescaled_resources(data, across, down)
            ),
        )
        block = exif_geometry.enlarged_exif(self.exif, by_columns, by_rows)
        packet = xmp_geometry.enlarged_xmp(self.xmp, by_columns, by_rows)
        return replace(
            self,
            exif=exif_geometry.rescaled_exif(block, across, down),
            xmp=xmp_geometry.rescaled_xmp(packet, across, down),
            dpi=stated,
            aspect=None if stated else self.aspect,
            jpeg=jpeg,
        )

    def resized(self, width: int, height: int) -> "Metadata":
        """Return the metadata with every statement of the picture's size set to this one, in pixels."""
        block = exif_geometry.resized_exif(self.exif, width, height)
        return replace(self, exif=block, xmp=xmp_geometry.resized_xmp(self.xmp, width, height))

    def repainted(self) -> "Metadata":
        """Return the metadata of changed pixels: without thumbnails, which show the old ones."""
        jpeg = self.jpeg and replace(
            self.jpeg,
            orientation=None,
            segments=photoshop.in_segments(self.jpeg.segments, photoshop.resources_without_preview),
        )
        block, packet = exif_geometry.exif_without_preview(self.exif), xmp.xmp_without_preview(self.xmp)
        return replace(self, exif=block, xmp=packet, jpeg=jpeg)


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


def unequal(value: object) -> tuple[float, float] | None:
    """Return a pair of densities without a unit as floats, if they say that pixels are not square."""
    pair = positive_pair(value)
    return pair if pair is not None and pair[0] != pair[1] else None

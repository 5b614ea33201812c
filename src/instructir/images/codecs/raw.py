"""Camera RAW files, developed by LibRaw (the extra ``formats``)."""

import io
from dataclasses import replace
from types import ModuleType

import numpy as np

from instructir.errors import ImageFileError
from instructir.images.codecs import pillow
from instructir.images.codecs.codec import Codec
from instructir.images.metadata import Metadata, exif
from instructir.images.raster import Raster, checked_size, of_array
from instructir.images.refusals import decoding, extra, reason_of, refusal

RAW_SUFFIXES: frozenset[str] = frozenset(
    {".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw"}
    | {".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"}
)
"""Suffixes of camera RAW files, in lower case."""

_MAGIC = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\x00", b"FOVb", b"\x00MRM")
_CIFF = b"II\x1a\x00\x00\x00HEAPCCDR"
_TIFF = (b"II\x2a\x00", b"MM\x00\x2a", b"II\x2b\x00", b"MM\x00\x2b")


def _matches(head: bytes, suffix: str) -> bool:
    """Whether a file is camera RAW. Most start like any TIFF, and only the suffix tells them apart."""
    if head.startswith((*_MAGIC, _CIFF)) or head[4:12] == b"ftypcrx ":
        return True
    return head.startswith(_TIFF) and (suffix in RAW_SUFFIXES or head[8:10] == b"CR")


def decode_raw(data: bytes, name: str, max_pixels: int) -> Raster:
    """Return a camera RAW file developed to 16-bit sRGB, upright.

    The camera's white balance is used and brightness is left as exposed: LibRaw's automatic brightness would
    clip the highlights.

    Raises:
        ImageFileError: if the extra is missing, the camera unknown, or the file damaged or too large.
    """
    rawpy = extra("rawpy", name, "camera RAW")
    try:
        with (
            decoding(name, rawpy.LibRawIOError, rawpy.LibRawDataError),
            rawpy.imread(io.BytesIO(data)) as raw,
        ):
            sizes = raw.sizes
            checked_size(name, sizes.raw_width, sizes.raw_height, max_pixels)
            array = raw.postprocess(
                use_camera_wb=True,
                no_auto_bright=True,
                output_bps=16,
                output_color=rawpy.ColorSpace.sRGB,
                gamma=(2.4, 12.92),
            )
    except rawpy.LibRawError as error:
        problem = f"cannot be developed ({reason_of(error)})"
        raise refusal(name, problem, "convert it to DNG or TIFF") from error
    block = exif.from_tiff(data) or _preview_exif(data, rawpy)
    raster = of_array(np.asarray(array))
    return replace(raster, metadata=Metadata(exif=block), is_upright=True, format="RAW")


def _preview_exif(data: bytes, rawpy: ModuleType) -> bytes | None:
    """Return the EXIF block of the JPEG preview inside, where files that are no TIFF keep it."""
    try:
        with rawpy.imread(io.BytesIO(data)) as raw:
            thumb = raw.extract_thumb()
        if thumb.format != rawpy.ThumbFormat.JPEG:
            return None
        image = pillow.opened(bytes(thumb.data), "preview", "JPEG", 1 << 31)
    except (rawpy.LibRawError, ImageFileError):
        return None
    return exif.stripped(image.info.get("exif"))


CODEC = Codec("RAW", _matches, decode_raw, read_suffixes=tuple(sorted(RAW_SUFFIXES)))

"""Camera RAW files, developed by LibRaw (the extra ``formats``)."""

import io
from dataclasses import replace
from types import ModuleType

import numpy as np

from instructir.errors import ImageFileError
from instructir.images import bitmap, exif
from instructir.images.faults import decoding, extra, refusal
from instructir.images.metadata import Metadata
from instructir.images.raster import Raster, checked_size, of_array


def decode(data: bytes, name: str, max_pixels: int) -> Raster:
    """Return a camera RAW file developed to 16-bit sRGB, upright.

    The camera's white balance is used and brightness is left as exposed: LibRaw's automatic brightness would
    clip the highlights.

    Raises:
        ImageFileError: if the extra is missing, the camera unknown, or the file damaged or too large.
    """
    rawpy = extra("rawpy", name, "camera RAW")
    try:
        with decoding(name), rawpy.imread(io.BytesIO(data)) as raw:
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
        problem = f"cannot be developed ({error})"
        raise refusal(name, problem, "convert it to DNG or TIFF") from error
    block = exif.from_tiff(data) or _preview_exif(data, rawpy)
    return replace(of_array(np.asarray(array)), metadata=Metadata(exif=block), is_upright=True)


def _preview_exif(data: bytes, rawpy: ModuleType) -> bytes | None:
    """Return the EXIF block of the JPEG preview inside, where files that are no TIFF keep it."""
    try:
        with rawpy.imread(io.BytesIO(data)) as raw:
            thumb = raw.extract_thumb()
        if thumb.format != rawpy.ThumbFormat.JPEG:
            return None
        image = bitmap.opened(bytes(thumb.data), "preview", "JPEG", 1 << 31)
    except (rawpy.LibRawError, ImageFileError):
        return None
    return exif.stripped(image.info.get("exif"))

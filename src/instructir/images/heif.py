"""HEIC files through libheif (the extra ``formats``), without registering anything with Pillow."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.images import deep, exif
from instructir.images.faults import decoding, extra
from instructir.images.metadata import Metadata
from instructir.images.raster import Raster, checked_size, of_array


def decode(data: bytes, name: str, max_pixels: int) -> Raster:
    """Return the samples of a HEIC file's primary picture; burst frames and depth maps beside it are left.

    Pictures of 10 and 12 bits come out with 16. libheif turns the picture upright.

    Raises:
        ImageFileError: if the extra is missing, or the file is damaged or too large.
    """
    heif = extra("pillow_heif", name, "HEIC")
    with decoding(name):
        file = heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=False)
        width, height = file.size
    checked_size(name, width, height, max_pixels)
    with decoding(name):
        array: NDArray[Any] = np.asarray(file).copy()
        info: dict[str, Any] = dict(file.info)
        mode = str(file.mode)
        is_premultiplied = bool(file.premultiplied_alpha)
    bits = int(mode.partition(";")[2].rstrip("L") or 8)
    maximum = float((1 << bits) - 1)
    array = array.reshape(height, -1, array.shape[2] if array.ndim == 3 else 1)[:, :width]
    if is_premultiplied:
        array = deep.unmultiplied(array, maximum)
    meta = Metadata(
        exif=exif.stripped(info.get("exif")),
        xmp=info.get("xmp") or None,
        icc=info.get("icc_profile") or None,
        bits=bits,
        nclx=info.get("nclx_profile"),
    )
    raster = of_array(array, maximum)
    return Raster(raster.samples, raster.depth, raster.alpha, raster.maximum, meta, is_upright=True)

"""TIFF files: which page is the picture, what it says beside its pixels, and which decoder it needs."""

import struct
from dataclasses import replace

from instructir.images import bitmap, deep, exif, ifd
from instructir.images.faults import decoding
from instructir.images.ifd import Directory
from instructir.images.metadata import Metadata, positive_pair
from instructir.images.raster import Raster, checked_size, of_array

_SUBFILE_TYPE = 254
_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC = 256, 257, 258, 262
_SAMPLES, _SAMPLE_FORMAT = 277, 339
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
_SUB_DIRECTORIES, _XMP, _ICC, _DNG_VERSION = 330, 700, 34675, 50706

_CMYK, _COLOUR_FILTER_ARRAY, _LINEAR_RAW = 5, 32803, 34892
_REDUCED, _MASK = 1, 4
_MOST_PAGES = 1000


def first_directory(data: bytes, name: str) -> Directory:
    """Return the fields of the first page.

    Raises:
        ImageFileError: if the structure is broken.
    """
    with decoding(name):
        return ifd.parse(data)


def is_camera_raw(directory: Directory) -> bool:
    """Return whether a file that starts like any TIFF is a camera's, whose first page is a mere preview."""
    is_preview = directory.first(_SUBFILE_TYPE) & _REDUCED and _SUB_DIRECTORIES in directory.entries
    is_mosaic = directory.first(_PHOTOMETRIC) in (_COLOUR_FILTER_ARRAY, _LINEAR_RAW)
    return bool(is_preview) or is_mosaic or _DNG_VERSION in directory.entries


def decode(data: bytes, name: str, max_pixels: int, directory: Directory) -> Raster:
    """Return the samples and metadata of a TIFF file of one page; previews and masks beside it do not count.

    Raises:
        ImageFileError: if it has several pages, is damaged or too large, or needs the extra that is missing.
    """
    checked_size(name, directory.first(_WIDTH), directory.first(_HEIGHT), max_pixels)
    pages = _page_count(data)
    if pages > 1:
        raise bitmap.animated(name, pages)
    meta = _metadata(data, directory)
    if _is_deep_colour(directory):
        return replace(deep.decode_tiff(data, name, max_pixels), metadata=meta)
    image = bitmap.opened(data, name, "TIFF", max_pixels)
    raster = bitmap.decoded(image, name)
    if image.mode.startswith(("I;16", "F")) and directory.first(_PHOTOMETRIC, 1) == 0:
        # Pillow inverts white-is-zero pictures of 8 bits only.
        inverted = (raster.maximum - raster.samples).astype(raster.samples.dtype)
        raster = of_array(inverted)
    if image.mode in ("CMYK", "LAB"):
        meta = replace(meta, icc=None)
    # Pillow has applied the orientation while loading.
    return replace(raster, metadata=meta, is_upright=True)


def _is_deep_colour(directory: Directory) -> bool:
    bits_entry, format_entry = directory.entries.get(_BITS), directory.entries.get(_SAMPLE_FORMAT)
    bits = max(bits_entry.integers() if bits_entry else [1], default=1)
    sample_format = max(format_entry.integers() if format_entry else [1], default=1)
    is_grey = directory.first(_SAMPLES, 1) == 1
    if bits <= 8 or directory.first(_PHOTOMETRIC) == _CMYK:
        return False
    return not (is_grey and (bits, sample_format) in ((16, 1), (16, 2), (32, 1), (32, 2), (32, 3)))


def _page_count(data: bytes) -> int:
    """Return the number of full pages; a chain that loops or leaves the file ends where it does so."""
    form = ifd.layout(data)
    seen: set[int] = set()
    count = 0
    offset = ifd.start(data, form)
    while offset and offset not in seen and len(seen) < _MOST_PAGES:
        seen.add(offset)
        try:
            kind = next(
                (field for field in ifd.fields(data, offset, form) if field.tag == _SUBFILE_TYPE), None
            )
            raw = ifd.value(data, kind, form) if kind else None
            offset = ifd.offset_at(data, ifd.link(data, offset, form), form)
        except struct.error:
            break
        count += not int.from_bytes(raw or b"", "little") & (_REDUCED | _MASK)
    return count


def _metadata(data: bytes, directory: Directory) -> Metadata:
    xmp, icc = directory.entries.get(_XMP), directory.entries.get(_ICC)
    return Metadata(
        exif=exif.from_tiff(data),
        xmp=xmp.value if xmp else None,
        icc=icc.value if icc else None,
        dpi=_dpi(directory),
    )


def _dpi(directory: Directory) -> tuple[float, float] | None:
    scale = {2: 1.0, 3: 2.54}.get(directory.first(_RESOLUTION_UNIT, 2))
    ratios = []
    for tag in (_X_RESOLUTION, _Y_RESOLUTION):
        entry = directory.entries.get(tag)
        if entry is None or scale is None or len(entry.value) != 8:
            return None
        top, bottom = struct.unpack("<LL", entry.value)
        ratios.append(scale * top / bottom if bottom else 0.0)
    return positive_pair(tuple(ratios))

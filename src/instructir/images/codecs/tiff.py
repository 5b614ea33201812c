"""TIFF files: which page is the picture, what it says beside its pixels, and which decoder it needs."""

import contextlib
import struct
from dataclasses import replace
from typing import NamedTuple

from instructir.images.codecs import pillow, raw, tiff_decoder, tiff_writer
from instructir.images.codecs.codec import Codec
from instructir.images.codecs.jpeg_scan import damaged
from instructir.images.codecs.tiff_damage import damage
from instructir.images.codecs.tiff_extent import check_extent
from instructir.images.holding import Holds
from instructir.images.metadata import Metadata, exif, ifd, positive_pair, unequal
from instructir.images.metadata.ifd import Directory
from instructir.images.raster import WITHOUT_CREDENTIALS, Raster, checked_size
from instructir.images.refusals import decoding, refusal

_SUBFILE_TYPE, _OLD_SUBFILE_TYPE = 254, 255
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_SAMPLES, _PLANAR, _COLOUR_MAP, _SAMPLE_FORMAT, _DEPTH = 277, 284, 320, 339, 32997
_EXTRA_SAMPLES = 338
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
_OF_ONE_PAGE = frozenset({exif.ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT})
"""Fields of a preview that say nothing of the picture."""
_SUB_DIRECTORIES, _XMP, _ICC, _DNG_VERSION, _CREDENTIALS = 330, 700, 34675, 50706, 52545

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _LAB = 0, 1, 2, 3, 5, 6, 8
_COLOUR_FILTER_ARRAY, _LINEAR_RAW = 32803, 34892
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_MOST_PAGES = 1000
_PILLOW_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 32771, 32773, 32809, 32946})
_UNCOMPRESSED = 1
_FAX = frozenset({2, 3, 4, 32771})
"""Compressions of facsimiles, in which 0 is the white of the paper."""
_JPEG = frozenset({6, 7})
"""Compressions whose three samples may be RGB as well as YCbCr."""
_UNSIGNED, _FLOAT = 1, 3
_MODEL_NAMES = {
    _WHITE_IS_ZERO: "greyscale, 0 being white",
    _BLACK_IS_ZERO: "greyscale, 0 being black",
    _RGB: "RGB",
    _PALETTE: "a palette",
}
"""What notes call the colour models that are assumed where a file states none."""


class Page(NamedTuple):
    """A page: where its directory stands in the file, and its fields."""

    offset: int
    directory: Directory


def _is_camera_raw(pages: list[Page]) -> bool:
    """Return whether a file that starts like any TIFF is a camera's."""
    is_mosaic = any(
        page.directory.first(_PHOTOMETRIC) in (_COLOUR_FILTER_ARRAY, _LINEAR_RAW) for page in pages
    )
    return is_mosaic or _DNG_VERSION in pages[0].directory.entries


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    """Return the samples and metadata of the one page that is neither preview nor mask.

    Raises:
        ImageFileError: if it has several pages, is damaged or too large, or needs the extra that is missing.
    """
    with decoding(name):
        pages = _pages(data)
    first = pages[0].directory
    behind = _sub_pages(data, first) if _is_reduced(first) else []
    if _is_camera_raw([pages[0], *behind]):
        return raw.decode_raw(data, name, max_pixels)
    full = [page for page in (*pages, *behind) if not _is_reduced(page.directory)] or pages[:1]
    if len(full) > 1:
        raise pillow.animated(name, len(full))
    page = full[0]
    directory = page.directory
    if directory.first(_DEPTH, 1) > 1:
        raise pillow.animated(name, directory.first(_DEPTH))
    checked_size(name, directory.first(_WIDTH), directory.first(_HEIGHT), max_pixels)
    with decoding(name):
        check_extent(directory, len(data), max_pixels)
    assumed: tuple[str, ...] = ()
    if not directory.integers(_PHOTOMETRIC):
        data, page, assumed = _with_model(data, name, page)
        directory = page.directory
    meta = _metadata(directory, first)
    raster = _samples(data, name, max_pixels, page, meta)
    notes = damaged(damage(data, directory, name))
    notes += (WITHOUT_CREDENTIALS,) if _CREDENTIALS in directory.entries else ()
    is_rgb_now = pillow.INKS[0] in raster.notes
    meta = replace(meta, icc=None) if is_rgb_now else meta
    return replace(raster, metadata=meta, notes=(*assumed, *raster.notes, *notes))


def _with_model(data: bytes, name: str, page: Page) -> tuple[bytes, Page, tuple[str, ...]]:
    """Return a file and its page with the colour model that the page does not state, and what is said of it.

    It follows from the number of samples, as libtiff has it; decoders differ where the field is missing, and
    some take zero for white.

    Raises:
        ImageFileError: if more than one model has so many samples.
    """
    model = _unstated_model(page.directory)
    if model is None:
        problem = "does not state its colour model (the field PhotometricInterpretation is missing)"
        raise refusal(name, problem, "save it again as RGB or greyscale")
    form = ifd.ifd_layout(data)
    with decoding(name):
        data, offset = ifd.with_short(data, page.offset, form, _PHOTOMETRIC, model)
        page = Page(offset, ifd.parse_ifd(data, offset))
    return data, page, (f"the file does not state its colour model: read as {_MODEL_NAMES[model]}",)


def _unstated_model(directory: Directory) -> int | None:
    """Return the colour model of a page that states none, or None where it cannot be told."""
    colours = directory.first(_SAMPLES, 1) - len(directory.integers(_EXTRA_SAMPLES))
    compression = directory.first(_COMPRESSION, _UNCOMPRESSED)
    if colours == 1 and directory.integers(_COLOUR_MAP):
        return _PALETTE
    if colours == 1:
        return _WHITE_IS_ZERO if compression in _FAX else _BLACK_IS_ZERO
    return _RGB if colours == 3 and compression not in _JPEG else None


def _samples(data: bytes, name: str, max_pixels: int, page: Page, meta: Metadata) -> Raster:
    """Return the samples of a page, by the decoder that reads it rightly."""
    directory, form = page.directory, ifd.ifd_layout(data)
    if page.offset != ifd.start(data, form):
        data = ifd.starting_at(data, page.offset, form)
    if _is_pillows(directory, form):
        return _by_pillow(data, name, max_pixels, directory)
    if directory.first(_PHOTOMETRIC) == _YCBCR and directory.first(_COMPRESSION, 1) == _UNCOMPRESSED:
        return tiff_decoder.decode_ycbcr(data, name)
    return tiff_decoder.decode_tiff(data, name, max_pixels, meta.icc)


def _by_pillow(data: bytes, name: str, max_pixels: int, directory: Directory) -> Raster:
    image = pillow.opened(data, name, "TIFF", max_pixels)
    with decoding(name):
        # Pillow turns the picture while loading, by the field where it understands it, else by the XMP.
        turned_from = image.getexif().get(exif.ORIENTATION, 1)
    raster = pillow.decoded(image, name)
    if turned_from in range(2, 9):
        raster = replace(raster, is_upright=True, turned_from=turned_from)
    if directory.first(_PHOTOMETRIC) == _RGB and directory.first(_SAMPLES) == 4 and raster.alpha is None:
        return replace(raster, notes=tiff_decoder.FURTHER_CHANNELS)
    if image.mode.startswith(("I;16", "F")) and directory.first(_PHOTOMETRIC, 1) == 0:
        # Pillow inverts white-is-zero pictures of 8 bits only.
        return replace(raster, samples=(raster.maximum - raster.samples).astype(raster.samples.dtype))
    return raster


def _is_pillows(directory: Directory, form: ifd.Layout) -> bool:
    """Whether Pillow reads a page rightly: the plain kinds, in the byte orders that it knows."""
    compression, kind = directory.first(_COMPRESSION, _UNCOMPRESSED), directory.first(_PHOTOMETRIC, 1)
    if compression not in _PILLOW_COMPRESSIONS or (form.big and form.order == ">"):
        return False
    if kind == _YCBCR:
        return compression != _UNCOMPRESSED
    bits = max(directory.integers(_BITS) or [1])
    sample_format = max(directory.integers(_SAMPLE_FORMAT) or [_UNSIGNED])
    count, is_planar = directory.first(_SAMPLES, 1), directory.first(_PLANAR, 1) == 2
    if kind == _PALETTE and max(directory.integers(_COLOUR_MAP), default=256) < 256:
        return False  # a map of 8 bits, which Pillow takes for one of 16
    if kind == _PALETTE and bits > 8:
        return False
    if count == 1 and kind in (0, 1, _PALETTE):
        is_deep = (bits, sample_format) in ((16, _UNSIGNED), (32, _FLOAT))
        is_plain = bits in (1, 2, 4, 8) and sample_format == _UNSIGNED
        is_known = form.order == "<" or (compression == _UNCOMPRESSED and kind == _BLACK_IS_ZERO)
        return is_plain or (is_deep and is_known)
    counts = {_RGB: (3, 4), _CMYK: (4,), _LAB: (3,)}.get(kind, ())
    if is_planar:
        counts = counts[:1] if kind == _RGB else ()
    return bits == 8 and sample_format == _UNSIGNED and count in counts


def _is_reduced(directory: Directory) -> bool:
    return bool(
        directory.first(_SUBFILE_TYPE) & (_REDUCED | _MASK)
        or directory.first(_OLD_SUBFILE_TYPE) == _OLD_REDUCED
    )


def _pages(data: bytes) -> list[Page]:
    """Return the pages; a chain that loops or leaves the file ends where it does so.

    Raises:
        ValueError: if the file has no TIFF header.
        struct.error: if the first page is broken.
    """
    form = ifd.ifd_layout(data)
    offset = ifd.start(data, form)
    pages = [Page(offset, ifd.parse_ifd(data))]
    seen = {offset}
    while len(seen) < _MOST_PAGES:
        try:
            offset = ifd.offset_at(data, ifd.link(data, offset, form), form)
            if not offset or offset in seen:
                break
            seen.add(offset)
            pages.append(Page(offset, ifd.parse_ifd(data, offset)))
        except struct.error:
            break
    return pages


def _sub_pages(data: bytes, directory: Directory) -> list[Page]:
    """Return the pages that hang on one instead of following it, without those that are broken."""
    pages = []
    for offset in directory.integers(_SUB_DIRECTORIES)[:_MOST_PAGES]:
        with contextlib.suppress(struct.error):
            pages.append(Page(offset, ifd.parse_ifd(data, offset)))
    return pages


def _metadata(directory: Directory, first: Directory) -> Metadata:
    """Return what a page says; what it does not say of camera and place, the first page may."""
    xmp, icc = directory.entries.get(_XMP) or first.entries.get(_XMP), directory.entries.get(_ICC)
    of_all = {tag: entry for tag, entry in first.entries.items() if tag not in _OF_ONE_PAGE}
    said = Directory({**of_all, **directory.entries}, {**first.children, **directory.children})
    return Metadata(
        aspect=_aspect(directory),
        exif=exif.of_directory(said),
        xmp=xmp.value if xmp else None,
        icc=icc.value if icc else None,
        dpi=_dpi(directory),
    )


def _dpi(directory: Directory) -> tuple[float, float] | None:
    scale = {2: 1.0, 3: 2.54}.get(directory.first(_RESOLUTION_UNIT, 2))
    return positive_pair(_densities(directory, scale)) if scale else None


def _aspect(directory: Directory) -> tuple[float, float] | None:
    return unequal(_densities(directory, 1.0)) if directory.first(_RESOLUTION_UNIT, 2) == 1 else None


def _densities(directory: Directory, scale: float) -> tuple[float, ...] | None:
    ratios = []
    for tag in (_X_RESOLUTION, _Y_RESOLUTION):
        entry = directory.entries.get(tag)
        if entry is None or len(entry.value) != 8:
            return None
        top, bottom = struct.unpack("<LL", entry.value)
        ratios.append(scale * top / bottom if bottom else 0.0)
    return tuple(ratios)


CODEC = Codec(
    "TIFF",
    lambda head, _: head.startswith((b"II\x2a\x00", b"MM\x00\x2a", b"II\x2b\x00", b"MM\x00\x2b")),
    _decode,
    suffixes=(".tif", ".tiff"),
    holds=Holds(depth=32, alpha=True, grey=2, side=2**31 - 1, density=("resolution", "aspect")),
    encode=tiff_writer.encode_tiff,
)

"""What an EXIF block says of place, size and side up, made true again after a change of the pixels."""

import struct
from collections.abc import Callable

from instructir.images.metadata import ifd, inplace, photoshop
from instructir.images.metadata.exif import ORIENTATION, X_RESOLUTION, Y_RESOLUTION
from instructir.images.metadata.turning import sides_of, turned_point

_WIDTH, _HEIGHT = 0x0100, 0x0101
_EXIF_WIDTH, _EXIF_HEIGHT = 0xA002, 0xA003
_FOCAL_X, _FOCAL_Y = 0xA20E, 0xA20F
_SUBJECT_AREA, _SUBJECT_LOCATION = 0x9214, 0xA214
_PIXEL_SCALE, _TIE_POINTS, _TRANSFORMATION = 33550, 33922, 34264
_MAP = frozenset({_PIXEL_SCALE, _TIE_POINTS, _TRANSFORMATION, 34735, 34736, 34737})
_PHOTOSHOP = 34377

_Numbers = list[float]


def upright_exif(block: bytes | None) -> bytes | None:
    """Return `block` with orientation 1, for pixels that have been turned upright."""
    for item, form in inplace.first_fields(block):
        if item.tag == ORIENTATION and block:
            return inplace.with_integer(block, item, form, 1)
    return block


def turned_exif(block: bytes | None, orientation: int, width: int, height: int) -> bytes | None:
    """Return `block` with its resolution and the place of its subject turned with the pixels.

    Args:
        block: the block.
        orientation: from which the pixels were turned upright (2 to 8).
        width: of the upright picture, in pixels.
        height: of the upright picture, in pixels.
    """

    def area(values: _Numbers) -> _Numbers:
        if not 2 <= len(values) <= 4:
            return values
        x, y = turned_point(orientation, values[0], values[1], width - 1, height - 1)
        return [x, y, *sides_of(orientation, values[2:])]

    result = _changed(block, {_SUBJECT_AREA: area, _SUBJECT_LOCATION: area})
    if orientation > 4:
        for pair in ((X_RESOLUTION, Y_RESOLUTION), (_FOCAL_X, _FOCAL_Y)):
            result = _swapped(result, *pair)
    return _with_photoshop(result, lambda data: photoshop.turned_resources(data, orientation))


def without_map(block: bytes | None) -> bytes | None:
    """Return `block` without the place on a map (GeoTIFF) that holds for rows and columns as they were."""
    return inplace.without_fields(block, _MAP)


def resized_exif(block: bytes | None, width: int, height: int) -> bytes | None:
    """Return `block` with every statement of the picture's size set to `width` and `height` pixels."""
    sizes = {_WIDTH: width, _EXIF_WIDTH: width, _HEIGHT: height, _EXIF_HEIGHT: height}
    result = block
    for item, form in list(inplace.all_fields(block)):
        if item.tag in sizes and result:
            result = inplace.with_integer(result, item, form, sizes[item.tag])
    return result


def rescaled_exif(block: bytes | None, across: float, down: float) -> bytes | None:
    """Return `block` with its resolution, whatever its unit, multiplied."""

    def multiplied(factor: float) -> Callable[[_Numbers], _Numbers]:
        return lambda values: [factor * value for value in values]

    changes = {X_RESOLUTION: multiplied(across), Y_RESOLUTION: multiplied(down)}
    return _with_photoshop(
        _changed(block, changes), lambda data: photoshop.rescaled_resources(data, across, down)
    )


def enlarged_exif(block: bytes | None, across: float, down: float) -> bytes | None:
    """Return `block` for so many times more columns and rows: subject, sensor and map follow them."""

    def area(values: _Numbers) -> _Numbers:
        factors = (across, down, across, down) if len(values) == 4 else (across, down, across)
        return [factor * value for factor, value in zip(factors, values, strict=False)]

    def tied(values: _Numbers) -> _Numbers:
        factors = (across, down, 1.0, 1.0, 1.0, 1.0)
        return [factors[i % 6] * value for i, value in enumerate(values)]

    def transformed(values: _Numbers) -> _Numbers:
        factors = (1 / across, 1 / down, 1.0, 1.0)
        return [factors[i % 4] * value for i, value in enumerate(values)]

    def scale(values: _Numbers) -> _Numbers:
        return [values[0] / across, values[1] / down, *values[2:]] if len(values) > 1 else values

    return _changed(
        block,
        {
            _SUBJECT_AREA: area,
            _SUBJECT_LOCATION: area,
            _FOCAL_X: lambda values: [across * value for value in values],
            _FOCAL_Y: lambda values: [down * value for value in values],
            _PIXEL_SCALE: scale,
            _TIE_POINTS: tied,
            _TRANSFORMATION: transformed,
        },
    )


def exif_without_preview(block: bytes | None) -> bytes | None:
    """Return `block` without its thumbnails, which would show the picture of before."""
    try:
        form, offset, data = inplace.opened_block(block)
        position = ifd.link(data, offset, form)
    except (ValueError, struct.error):
        return block
    if position + 4 <= len(data):
        data = data[:position] + b"\0\0\0\0" + data[position + 4 :]
    return _with_photoshop(data, photoshop.resources_without_preview)


def _changed(block: bytes | None, changes: dict[int, Callable[[_Numbers], _Numbers]]) -> bytes | None:
    """Return `block` with the numbers of some fields changed; those without numbers stay."""
    result = block
    for item, form in list(inplace.all_fields(block)):
        if item.tag not in changes or not result:
            continue
        values = inplace.numbers(result, item, form)
        if values:
            result = inplace.with_numbers(result, item, form, changes[item.tag](values))
    return result


def _swapped(block: bytes | None, one: int, other: int) -> bytes | None:
    """Return `block` with the numbers of two fields exchanged, if it has both."""
    found = {
        item.tag: inplace.numbers(block or b"", item, form)
        for item, form in inplace.all_fields(block)
        if item.tag in (one, other)
    }
    if not (found.get(one) and found.get(other)):
        return block
    return _changed(block, {one: lambda _: found[other][:1], other: lambda _: found[one][:1]})


def _with_photoshop(block: bytes | None, change: Callable[[bytes], bytes]) -> bytes | None:
    """Return `block` with the resources changed that Photoshop keeps in a field of TIFF files."""
    for item, form in inplace.first_fields(block):
        if item.tag != _PHOTOSHOP or not block or item.length <= 4:
            continue
        before = ifd.value(block, item, form)
        after = change(before) if before else before
        if before and after and item.kind in (ifd.BYTE, ifd.UNDEFINED) and after != before:
            return inplace.with_bytes(block, item, form, after)
    return block

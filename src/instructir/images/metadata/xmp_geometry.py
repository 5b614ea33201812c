"""What an XMP packet says of size, resolution and regions, made true again after a change of the pixels."""

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction

from instructir.images.metadata import xmp
from instructir.images.metadata.turning import sides_of, turned_point

_REGIONS = b"http://www.metadataworkinggroup.com/schemas/regions/"
_AREA, _DIMENSIONS = b"http://ns.adobe.com/xmp/sType/Area#", b"http://ns.adobe.com/xap/1.0/sType/Dimensions#"
_PEOPLE = b"http://ns.microsoft.com/photo/1.2/t/Region#"
_PRESS = b"http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_PANORAMA = b"http://ns.google.com/photos/1.0/panorama/"

_NOT_TURNED: dict[bytes, bytes] = {
    _PANORAMA: rb"[\w.-]+",
    _PRESS: b"ImageRegion",
    b"http://ns.acdsee.com/regions/": rb"[\w.-]+",
    xmp.EXIF_URI: rb"Subject(?:Area|Location)",
}
"""Namespaces and, of each, the properties that hold for the picture as it lay."""
_COLUMNS = (
    b"FullPanoWidthPixels",
    b"CroppedAreaImageWidthPixels",
    b"CroppedAreaLeftPixels",
    b"LargestValidInteriorRectLeft",
    b"LargestValidInteriorRectWidth",
)
_ROWS = (
    b"FullPanoHeightPixels",
    b"CroppedAreaImageHeightPixels",
    b"CroppedAreaTopPixels",
    b"LargestValidInteriorRectTop",
    b"LargestValidInteriorRectHeight",
)
_RESOLUTIONS = (
    (xmp.TIFF_URI, b"XResolution", b"YResolution"),
    (xmp.EXIF_URI, b"FocalPlaneXResolution", b"FocalPlaneYResolution"),
)

_Change = Callable[[bytes], bytes]


def turned_xmp(packet: bytes | None, orientation: int, width: int, height: int) -> bytes | None:
    """Return the packet with resolutions and the regions of faces turned with the pixels.

    Args:
        packet: the packet; None stays None.
        orientation: from which the pixels were turned upright (2 to 8).
        width: of the upright picture, in pixels.
        height: of the upright picture, in pixels.
    """
    if not packet:
        return packet
    area, size = xmp.prefix_of(packet, _AREA), xmp.prefix_of(packet, _DIMENSIONS)
    if area:
        packet = xmp.with_elements(
            packet, _REGIONS, b"Area", lambda part: _turned_area(part, area, orientation, width, height)
        )
    packet = xmp.with_texts(packet, _PEOPLE, {b"Rectangle": lambda text: _turned_corner(text, orientation)})
    if orientation < 5:
        return packet
    for uri, across, down in _RESOLUTIONS:
        packet = _exchanged(packet, xmp.prefix_of(packet, uri), across, down)
    if size:
        packet = xmp.with_elements(
            packet, _REGIONS, b"AppliedToDimensions", lambda part: _exchanged(part, size, b"w", b"h")
        )
    return packet


def without_unturned(packet: bytes | None) -> tuple[bytes | None, bool]:
    """Return the packet without what is not turned with the pixels, and whether it had any of that."""
    kept = xmp.without_properties(packet, _NOT_TURNED)
    return kept, kept != packet


def resized_xmp(packet: bytes | None, width: int, height: int) -> bytes | None:
    """Return the packet with every statement of the picture's size set to `width` and `height` pixels."""
    if not packet:
        return packet
    columns, rows = b"%d" % width, b"%d" % height
    packet = xmp.with_texts(
        packet, xmp.TIFF_URI, {b"ImageWidth": lambda _: columns, b"ImageLength": lambda _: rows}
    )
    sizes: dict[bytes, _Change] = {b"PixelXDimension": lambda _: columns, b"PixelYDimension": lambda _: rows}
    return xmp.with_texts(packet, xmp.EXIF_URI, sizes)


def rescaled_xmp(packet: bytes | None, across: float, down: float) -> bytes | None:
    """Return the packet with the resolution multiplied."""
    changes = {b"XResolution": _times(across), b"YResolution": _times(down)}
    return xmp.with_texts(packet, xmp.TIFF_URI, changes) if packet else packet


def enlarged_xmp(packet: bytes | None, across: float, down: float) -> bytes | None:
    """Return the packet for so many times more columns and rows: what is told in pixels follows them."""
    if not packet:
        return packet
    wider, higher = _times(across), _times(down)
    packet = xmp.with_texts(packet, _PANORAMA, dict.fromkeys(_COLUMNS, wider) | dict.fromkeys(_ROWS, higher))
    focal: dict[bytes, _Change] = {b"FocalPlaneXResolution": wider, b"FocalPlaneYResolution": higher}
    packet = xmp.with_texts(packet, xmp.EXIF_URI, focal)
    size, area, press = (xmp.prefix_of(packet, uri) for uri in (_DIMENSIONS, _AREA, _PRESS))
    if size:
        sides = {b"w": wider, b"h": higher}
        packet = xmp.with_elements(
            packet, _REGIONS, b"AppliedToDimensions", lambda part: xmp.with_texts_of(part, size, sides)
        )
    if area:
        places = {b"x": wider, b"w": wider, b"d": wider, b"y": higher, b"h": higher}
        packet = xmp.with_elements(
            packet, _REGIONS, b"Area", lambda part: _in_pixels(part, area, b"unit", places)
        )
    if press:
        places = {b"rbX": wider, b"rbW": wider, b"rbRx": wider, b"rbY": higher, b"rbH": higher}
        packet = xmp.with_elements(
            packet, _PRESS, b"RegionBoundary", lambda part: _in_pixels(part, press, b"rbUnit", places)
        )
    for name in (b"SubjectArea", b"SubjectLocation"):
        packet = xmp.with_elements(packet, xmp.EXIF_URI, name, lambda part: _sequence(part, across, down))
    return packet


def _turned_area(part: bytes, prefix: bytes, orientation: int, width: int, height: int) -> bytes:
    """Return a region, its centre and its sides, as it lies in the upright picture."""
    try:
        x, y = (float(xmp.text_in(part, prefix, name)) for name in (b"x", b"y"))
    except ValueError:
        return part
    is_in_pixels = xmp.text_in(part, prefix, b"unit").strip() == b"pixel"
    largest = (width - 1.0, height - 1.0) if is_in_pixels else (1.0, 1.0)
    x, y = turned_point(orientation, x, y, *largest)
    part = xmp.with_texts_of(part, prefix, {b"x": lambda _: _number(x), b"y": lambda _: _number(y)})
    return _exchanged(part, prefix, b"w", b"h") if orientation > 4 else part


def _turned_corner(text: bytes, orientation: int) -> bytes:
    """Return "left, top, width, height", in parts of the picture, as they are in the upright one."""
    with suppress(ValueError):
        left, top, *sides = (float(number) for number in text.split(b","))
        if len(sides) == 2:
            wide, high = sides_of(orientation, sides)
            x, y = turned_point(orientation, left + sides[0] / 2, top + sides[1] / 2)
            return b", ".join(_number(number) for number in (x - wide / 2, y - high / 2, wide, high))
    return text


def _exchanged(part: bytes, prefix: bytes, one: bytes, other: bytes) -> bytes:
    """Return a part with the texts of two properties exchanged, if it has both."""
    if not prefix:
        return part
    first, second = (xmp.text_in(part, prefix, name) for name in (one, other))
    if not (first and second):
        return part
    return xmp.with_texts_of(part, prefix, {one: lambda _: second, other: lambda _: first})


def _in_pixels(part: bytes, prefix: bytes, unit: bytes, changes: dict[bytes, _Change]) -> bytes:
    """Return a part with its places changed if their unit is the pixel, else as it is."""
    is_in_pixels = xmp.text_in(part, prefix, unit).strip() == b"pixel"
    return xmp.with_texts_of(part, prefix, changes) if is_in_pixels else part


def _sequence(part: bytes, across: float, down: float) -> bytes:
    """Return a list of x, y and one or two sides, in pixels, multiplied."""
    items = part.split(b"</")
    texts = [item.rpartition(b">") for item in items]
    numbers = [i for i, (_, _, text) in enumerate(texts) if text.strip().isdigit()]
    factors = (across, down, across, down) if len(numbers) == 4 else (across, down, across)
    for i, factor in zip(numbers, factors, strict=False):
        head, end, text = texts[i]
        items[i] = head + end + b"%d" % round(int(text) * factor)
    return b"</".join(items)


def _times(factor: float) -> _Change:
    """Return what multiplies a text of a whole number, a fraction or a decimal; other texts stay."""

    def changed(text: bytes) -> bytes:
        try:
            number = Fraction(text.decode().strip())
        except (ValueError, ZeroDivisionError):
            return text
        product = number * Fraction(factor)
        if b"/" in text:
            ratio = product.limit_denominator(1000)
            return b"%d/%d" % (ratio.numerator, ratio.denominator)
        return b"%d" % round(product) if b"." not in text else _number(float(product))

    return changed


def _number(number: float) -> bytes:
    return f"{number:.6f}".rstrip("0").rstrip(".").encode()

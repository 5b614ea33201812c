"""The header of a JPEG XL codestream (ISO/IEC 18181-1), of which libjxl's binding tells and takes too little.

It is a row of bits, the lowest of each byte first. Read are size, depth and colours; written anew are the
colours of files without loss, whose samples do not depend on them.
"""

from dataclasses import dataclass

from instructir.images.colour.cicp import HLG, PQ
from instructir.images.colour.spaces import SRGB_PRIMARIES, Chromaticities

SIGNATURE = b"\xff\x0a"
_GREY = 1
_D65, _CUSTOM, _E, _DCI = 1, 2, 10, 11
_WHITES = {_D65: (0.3127, 0.3290), _E: (1 / 3, 1 / 3), _DCI: (0.314, 0.351)}
_BT2100, _P3 = 9, 11
_PRIMARIES = {
    1: SRGB_PRIMARIES[:3],
    _BT2100: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    _P3: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_LINEAR, _SRGB, _DCI_CURVE = 8, 13, 17
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_SIDES = ((9, 1), (13, 1), (18, 1), (30, 1))
_XY = ((19, 0), (19, 524_288), (20, 1_048_576), (21, 2_097_152))
_ENUM = ((0, 0), (0, 1), (4, 2), (6, 18))


@dataclass(frozen=True)
class Colours:
    """What the samples stand for.

    Attributes:
        points: chromaticities of red, green, blue and white; those of sRGB for grey.
        gamma: the exponent from light to samples; None for sRGB's curve, PQ and HLG.
        transfer: the code point of PQ, HLG or linear light, else that of sRGB.
    """

    points: Chromaticities = SRGB_PRIMARIES
    gamma: float | None = None
    transfer: int = _SRGB


@dataclass(frozen=True)
class Header:
    """What a codestream begins with.

    Attributes:
        width: pixels across as stored, before any turn.
        height: pixels down as stored.
        bits: bits a sample.
        is_float: whether samples are floats.
        is_animated: whether there are several frames.
        is_lossless: whether samples are coded in their own space, which those of lossless files are.
        has_profile: whether an ICC profile, compressed in the stream, states the colours.
        is_premultiplied: whether colours are multiplied by alpha.
        colours: what else states them.
        colours_at: the bits from and to which they are stated, for `with_colours`.
    """

    width: int
    height: int
    bits: int = 8
    is_float: bool = False
    is_animated: bool = False
    is_lossless: bool = False
    has_profile: bool = False
    is_premultiplied: bool = False
    colours: Colours = Colours()
    colours_at: tuple[int, int] | None = None


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._data, self.at = data, 16

    def take(self, count: int) -> int:
        end = self.at + count
        if end > 8 * len(self._data):
            raise ValueError("the header is cut short")
        piece = int.from_bytes(self._data[self.at // 8 : (end + 7) // 8], "little")
        value = piece >> self.at % 8 & (1 << count) - 1
        self.at = end
        return value

    def flag(self) -> bool:
        return bool(self.take(1))

    def choice(self, ways: tuple[tuple[int, int], ...]) -> int:
        bits, offset = ways[self.take(2)]
        return self.take(bits) + offset

    def point(self) -> tuple[float, float]:
        numbers = (self.choice(_XY), self.choice(_XY))
        x, y = ((number >> 1 if number % 2 == 0 else -(number + 1 >> 1)) / 1e6 for number in numbers)
        return x, y


def parse_header(codestream: bytes) -> Header:
    """Return the header.

    Raises:
        ValueError: if it is none.
    """
    if not codestream.startswith(SIGNATURE):
        raise ValueError("no JPEG XL codestream")
    bits = _Bits(codestream[:8192])
    height, width = _size(bits)
    if bits.flag():
        return Header(width, height)
    has_further, is_animated = bits.flag(), False
    if has_further:
        bits.take(3)  # the orientation, which libjxl applies
        if bits.flag():
            _size(bits)
        is_animated = _passed_over(bits)
    depth, is_float = _depth(bits)
    bits.flag()
    extras = [_extra(bits) for _ in range(bits.choice(((0, 0), (0, 1), (4, 2), (12, 1))))]
    is_lossless = not bits.flag()
    start = bits.at
    has_profile, colours = _colours(bits)
    return Header(
        width,
        height,
        depth,
        is_float,
        is_animated,
        is_lossless,
        has_profile,
        any(extras),
        colours,
        (start, bits.at),
    )


def _size(bits: _Bits) -> tuple[int, int]:
    is_small = bits.flag()
    height = 8 * (bits.take(5) + 1) if is_small else bits.choice(_SIDES)
    ratio = bits.take(3)
    if ratio:
        across, down = _RATIOS[ratio - 1]
        return height, height * across // down
    return height, 8 * (bits.take(5) + 1) if is_small else bits.choice(_SIDES)


def _passed_over(bits: _Bits) -> bool:
    """Pass over the previews's size and the animation's rate; return whether there is an animation."""
    if bits.flag():
        is_small = bits.flag()
        sides = ((0, 16), (0, 32), (5, 1), (9, 33)) if is_small else ((6, 1), (8, 65), (10, 321), (12, 1345))
        bits.choice(sides)
        if not bits.take(3):
            bits.choice(sides)
    if not bits.flag():
        return False
    bits.choice(((0, 100), (0, 1000), (10, 1), (30, 1)))
    bits.choice(((0, 1), (0, 1001), (8, 1), (10, 1)))
    bits.choice(((0, 0), (3, 0), (16, 0), (32, 0)))
    bits.flag()
    return True


def _depth(bits: _Bits) -> tuple[int, bool]:
    is_float = bits.flag()
    depth = bits.choice(
        ((0, 32), (0, 16), (0, 24), (6, 1)) if is_float else ((0, 8), (0, 10), (0, 12), (6, 1))
    )
    if is_float:
        bits.take(4)
    return depth, is_float


def _extra(bits: _Bits) -> bool:
    """Pass over a further channel; return whether it is an alpha that colours are multiplied by."""
    if bits.flag():
        return False
    kind = bits.choice(_ENUM)
    _depth(bits)
    bits.choice(((0, 0), (0, 3), (0, 4), (3, 1)))
    for _ in range(bits.choice(((0, 0), (4, 0), (5, 16), (10, 48)))):
        bits.take(8)
    if kind == 2:
        bits.take(64)
    if kind == 5:
        bits.choice(((0, 1), (2, 0), (4, 3), (8, 19)))
    return kind == 0 and bits.flag()


def _colours(bits: _Bits) -> tuple[bool, Colours]:
    if bits.flag():
        return False, Colours()
    has_profile, kind = bits.flag(), bits.choice(_ENUM)
    if has_profile or kind == 2:
        return has_profile, Colours()
    white_code = bits.choice(_ENUM)
    white = bits.point() if white_code == _CUSTOM else _WHITES.get(white_code, _WHITES[_D65])
    points = SRGB_PRIMARIES[:3]
    if kind != _GREY:
        code = bits.choice(_ENUM)
        points = (
            (bits.point(), bits.point(), bits.point()) if code == _CUSTOM else _PRIMARIES.get(code, points)
        )
    gamma, transfer = None, _SRGB
    if bits.flag():
        gamma = bits.take(24) / 1e7
    else:
        transfer = bits.choice(_ENUM)
        gamma = {_LINEAR: 1.0, _DCI_CURVE: 1 / 2.6}.get(transfer)
    bits.choice(_ENUM)
    return False, Colours((*points, white), gamma, transfer if transfer in (PQ, HLG) else _SRGB)


def with_colours(codestream: bytes, colours: Colours, *, is_grey: bool) -> bytes:
    """Return a codestream of lossless samples with other colours stated.

    Raises:
        ValueError: if it is not of the form that libjxl gives lossless pictures, or the colours are beyond
            what can be stated.
    """
    about = parse_header(codestream)
    if about.colours_at is None or about.has_profile or not about.is_lossless:
        raise ValueError("no lossless picture")
    start, end = about.colours_at
    bits = _Bits(codestream[:8192])
    bits.at = 0
    head = bits.take(start)
    bits.at = end
    # No extensions, and the transforms that everybody has; then the stream begins at a whole byte.
    if bits.take(2) != 0 or not bits.flag():
        raise ValueError("an unknown kind of header")
    body = codestream[(bits.at + 7) // 8 :]
    written = _Writer(head, start)
    _write_colours(written, colours, is_grey=is_grey)
    written.put(0b100, 3)
    return written.value.to_bytes((written.count + 7) // 8, "little") + body


class _Writer:
    def __init__(self, value: int, count: int) -> None:
        self.value, self.count = value, count

    def put(self, number: int, bits: int) -> None:
        self.value |= number << self.count
        self.count += bits

    def choose(self, number: int, ways: tuple[tuple[int, int], ...]) -> None:
        fitting = (i for i, (bits, offset) in enumerate(ways) if 0 <= number - offset < 1 << bits)
        way = next(fitting, None)
        if way is None:
            raise ValueError(f"{number} is beyond what the header can state")
        self.put(way, 2)
        self.put(number - ways[way][1], ways[way][0])

    def point(self, point: tuple[float, float]) -> None:
        for number in (round(part * 1e6) for part in point):
            self.choose(2 * number if number >= 0 else -2 * number - 1, _XY)


def _write_colours(out: _Writer, colours: Colours, *, is_grey: bool) -> None:
    out.put(0, 1)
    out.put(0, 1)
    out.choose(_GREY if is_grey else 0, _ENUM)
    out.choose(_D65 if colours.points[3] == _WHITES[_D65] else _CUSTOM, _ENUM)
    if colours.points[3] != _WHITES[_D65]:
        out.point(colours.points[3])
    if not is_grey:
        named = next((code for code, points in _PRIMARIES.items() if points == colours.points[:3]), _CUSTOM)
        out.choose(named, _ENUM)
        if named == _CUSTOM:
            for point in colours.points[:3]:
                out.point(point)
    out.put(colours.gamma is not None, 1)
    if colours.gamma is not None:
        out.put(round(colours.gamma * 1e7), 24)
    else:
        out.choose(colours.transfer, _ENUM)
    out.choose(1, _ENUM)  # relative colorimetric

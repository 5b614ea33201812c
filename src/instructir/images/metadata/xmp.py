"""XMP packets: properties are found by their namespace and edited in place, all else is kept to the byte."""

import re
from collections.abc import Callable
from functools import partial

TIFF_URI, EXIF_URI = b"http://ns.adobe.com/tiff/1.0/", b"http://ns.adobe.com/exif/1.0/"

_ANY = rb"[\w.-]+"
_COMPANIONS: dict[bytes, bytes] = {
    b"http://ns.adobe.com/hdr-gain-map/1.0/": _ANY,
    b"http://ns.apple.com/HDRGainMap/1.0/": _ANY,
    b"http://ns.google.com/photos/1.0/container/": _ANY,
    b"http://ns.google.com/photos/dd/1.0/device/": _ANY,
    b"http://ns.google.com/photos/1.0/depthmap/": _ANY,
    b"http://ns.google.com/photos/1.0/image/": _ANY,
    b"http://ns.google.com/photos/1.0/audio/": _ANY,
    b"http://ns.google.com/photos/1.0/focus/": _ANY,
    b"http://ns.google.com/photos/1.0/camera/": rb"(?:MotionPhoto|MicroVideo)[\w.-]*",
}
"""Namespaces and, of each, the properties that speak of another picture or a film in the same file, or hold
one: a depth map, and the picture as it was before it was blurred by that."""
_EXTENSION: dict[bytes, bytes] = {b"http://ns.adobe.com/xmp/note/": rb"HasExtendedXMP"}
_PREVIEWS: dict[bytes, bytes] = {b"http://ns.adobe.com/xap/1.0/": rb"(?:Thumbnails|PageInfo)"}
"""The same of those that hold a small copy of the picture."""


_CODINGS: tuple[tuple[str, int, re.Pattern[bytes]], ...] = (
    ("utf-32-be", 4, re.compile(rb"\0\0(?:\xfe\xff|\0[<\s])")),
    ("utf-32-le", 4, re.compile(rb"(?:\xff\xfe|[<\s]\0)\0\0")),
    ("utf-16-be", 2, re.compile(rb"\xfe\xff|\0[<\s]")),
    ("utf-16-le", 2, re.compile(rb"\xff\xfe|[<\s]\0")),
)
"""Encodings other than UTF-8: their names, the bytes of a unit, and how packets in them begin, with a byte
order mark or without. The longer ones come first, as UTF-32 begins like UTF-16."""
_ENCODING = re.compile(r"(<\?x(?:ml|packet)\s[^>]*?encoding\s*=\s*[\"'])[\w.-]+")


def as_utf8(packet: bytes | None) -> bytes | None:
    """Return the packet in UTF-8, which is what the rest of this package reads and most formats demand.

    Args:
        packet: in UTF-8, UTF-16 or UTF-32; None stays None. One that is none of these stays as it is.
    """
    found = ((coding, unit) for coding, unit, start in _CODINGS if start.match(packet or b""))
    coding, unit = next(found, ("", 0))
    if not packet or not coding:
        return packet
    try:
        text = packet[: len(packet) // unit * unit].decode(coding)
        return _ENCODING.sub(r"\1UTF-8", text.removeprefix("\ufeff").rstrip("\0")).encode()
    except UnicodeError:
        return packet


def xmp_orientation(packet: bytes | None) -> int | None:
    """Return the orientation (1 to 8) that a packet states, or None."""
    found = _value_of(packet or b"", TIFF_URI, b"Orientation").strip()
    return int(found) if found in (b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8") else None


def upright_xmp(packet: bytes | None) -> bytes | None:
    """Return the packet with orientation 1, for pixels that have been turned upright."""
    if xmp_orientation(packet) is None:
        return packet
    return with_texts(packet or b"", TIFF_URI, {b"Orientation": lambda _: b"1"})


def packed(packet: bytes, room: int) -> bytes | None:
    """Return the packet if it fits `room` bytes, else without its padding, else None."""
    if len(packet) <= room:
        return packet
    bare = b"\n".join(line for line in packet.splitlines() if line.strip())
    return bare if len(bare) <= room else None


def without_companions(packet: bytes | None) -> tuple[bytes | None, bool]:
    """Return the packet without claims of a gain map or film beside the picture, and whether it had any.

    Such pictures lie behind the main one in the file or in a box of their own, and are not written again.
    """
    kept = without_properties(packet, _COMPANIONS)
    return kept, kept != packet


def without_extension(packet: bytes | None) -> bytes | None:
    """Return the packet without the claim that it goes on in segments of its own."""
    return without_properties(packet, _EXTENSION)


def xmp_without_preview(packet: bytes | None) -> bytes | None:
    """Return the packet without small copies of the picture, which would show the one of before."""
    return without_properties(packet, _PREVIEWS)


def without_properties(packet: bytes | None, named: dict[bytes, bytes]) -> bytes | None:
    """Return the packet without properties.

    Args:
        packet: the packet; None stays None.
        named: by namespace, a pattern of their names.
    """
    kept = packet or b""
    for uri, names in named.items():
        for prefix in _prefixes(kept, uri):
            name = prefix + b":" + names
            kept = re.sub(rb"\s" + name + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", kept)
            kept = _element(name).sub(b"", kept)
    return kept if packet else packet


def _value_of(packet: bytes, uri: bytes, name: bytes) -> bytes:
    """Return the text of the first property of this namespace and name; empty if there is none."""
    found = (match for prefix in _prefixes(packet, uri) for match in _simple(prefix, name).finditer(packet))
    first = next(found, None)
    return first["attribute"] or first["text"] or b"" if first else b""


def with_texts(packet: bytes, uri: bytes, changes: dict[bytes, Callable[[bytes], bytes]]) -> bytes:
    """Return the packet with the text of simple properties replaced, attributes and elements alike.

    Args:
        packet: the packet, or a part of it in which the prefix is known.
        uri: the namespace of the properties.
        changes: by name, what is made of their text.
    """
    for prefix in _prefixes(packet, uri):
        packet = with_texts_of(packet, prefix, changes)
    return packet


def with_elements(packet: bytes, uri: bytes, name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the packet with `change` made to every element of this namespace and name, all that is in it."""
    for prefix in _prefixes(packet, uri):
        packet = _element(prefix + b":" + name).sub(lambda match: change(match[0]), packet)
    return packet


def prefix_of(packet: bytes, uri: bytes) -> bytes:
    """Return the prefix that a packet has for a namespace, escaped for a pattern; empty if it has none."""
    return next(iter(_prefixes(packet, uri)), b"")


def with_texts_of(part: bytes, prefix: bytes, changes: dict[bytes, Callable[[bytes], bytes]]) -> bytes:
    """Return a part of a packet with the text of simple properties replaced, as `with_texts` does."""
    for name, change in changes.items():
        part = _simple(prefix, name).sub(partial(_replaced, change), part)
    return part


def _replaced(change: Callable[[bytes], bytes], match: re.Match[bytes]) -> bytes:
    kind = "text" if match["attribute"] is None else "attribute"
    start, end = (place - match.start() for place in match.span(kind))
    return match[0][:start] + change(match[kind]) + match[0][end:]


def text_in(part: bytes, prefix: bytes, name: bytes) -> bytes:
    """Return the text of the first property of this prefix and name in a part of a packet, or nothing."""
    first = _simple(prefix, name).search(part)
    return first["attribute"] or first["text"] or b"" if first else b""


def _prefixes(packet: bytes, uri: bytes) -> list[bytes]:
    """Return the prefixes that stand for a namespace, escaped for a pattern."""
    found = re.findall(rb"xmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(uri) + rb"[\"']", packet)
    return [re.escape(prefix) for prefix in dict.fromkeys(found)]


def _simple(prefix: bytes, name: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a property that is an attribute or an element of text."""
    full = prefix + b":" + name
    return re.compile(
        rb"\s" + full + rb"\s*=\s*(?P<quote>[\"'])(?P<attribute>[^\"'<]*)(?P=quote)"
        rb"|<" + full + rb"(?:\s[^>]*)?(?<!/)>(?P<text>[^<]*)</" + full + rb"\s*>"
    )


def _element(name: bytes) -> re.Pattern[bytes]:
    """Return the pattern of an element and all that is in it."""
    return re.compile(rb"<(" + name + rb")(?:\s[^>]*)?(?:/>|(?<!/)>.*?</\1\s*>)", re.DOTALL)

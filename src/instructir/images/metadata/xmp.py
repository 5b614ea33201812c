"""XMP packets: edited in place, all else kept to the byte."""

import re

_ORIENTATION = re.compile(rb"(tiff:Orientation\s*=\s*[\"']|<tiff:Orientation>\s*)([1-8])")

_CLAIMS: dict[bytes, bytes] = {
    b"http://ns.adobe.com/hdr-gain-map/1.0/": rb"[\w.-]+",
    b"http://ns.apple.com/HDRGainMap/1.0/": rb"[\w.-]+",
    b"http://ns.google.com/photos/1.0/container/": rb"[\w.-]+",
    b"http://ns.google.com/photos/dd/1.0/device/": rb"[\w.-]+",
    b"http://ns.google.com/photos/1.0/camera/": rb"(?:MotionPhoto|MicroVideo)[\w.-]*",
}
"""Namespaces and, of each, the properties that speak of another picture or a film in the same file."""


def xmp_orientation(packet: bytes | None) -> int | None:
    """Return the orientation (1 to 8) that a packet states, or None."""
    found = _ORIENTATION.search(packet or b"")
    return int(found[2]) if found else None


def upright_xmp(packet: bytes | None) -> bytes | None:
    """Return the packet with orientation 1, for pixels that have been turned upright."""
    return _ORIENTATION.sub(rb"\g<1>1", packet) if packet else packet


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
    if not packet:
        return packet, False
    kept = packet
    for uri, names in _CLAIMS.items():
        for prefix in re.findall(rb"xmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(uri) + rb"[\"']", packet):
            name = re.escape(prefix) + b":" + names
            kept = re.sub(rb"\s" + name + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", kept)
            element = rb"<(" + name + rb")(?:\s[^>]*)?(?:/>|(?<!/)>.*?</\1\s*>)"
            kept = re.sub(element, b"", kept, flags=re.DOTALL)
    return kept, kept != packet

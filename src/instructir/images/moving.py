"""Videos, told by their first bytes, so that whoever takes pictures can say what else a file is."""

MOVING_HEAD = 400
"""Bytes of a file that `video_suffix` looks at."""

_BEGINNINGS = {
    b"FLV\x01": ".flv",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": ".wmv",
    b"\x00\x00\x01\xba": ".mpg",
    b"\x00\x00\x01\xb3": ".mpg",
    b"\x06\x0e\x2b\x34\x02\x05\x01\x01": ".mxf",
}
_BRANDS = {
    b"qt  ": ".mov",
    **dict.fromkeys((b"3gp", b"3gr", b"3gs"), ".3gp"),
    b"3g2": ".3g2",
    **dict.fromkeys((b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"f4v", b"XAVC", b"mmp4"), ".mp4"),
}
"""What the box `ftyp` of MP4 and its kin begins with; sound and pictures have other brands."""
_PACKET = 188
"""Bytes of a packet of a transport stream, each of which begins with the letter G."""


def video_suffix(head: bytes) -> str:
    """The suffix that the video has whose first bytes these are; empty for what is no video.

    Args:
        head: the first `MOVING_HEAD` bytes of a file that is no picture (an AVIF begins as an MP4 does).
    """
    if head[4:8] == b"ftyp":
        return next((suffix for brand, suffix in _BRANDS.items() if head[8:].startswith(brand)), "")
    if head[4:8] in (b"moov", b"mdat", b"wide", b"pnot"):
        return ".mov"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return ".avi"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return ".webm" if b"webm" in head[:64] else ".mkv"
    if head.startswith(b"OggS") and b"theora" in head[:64]:
        return ".ogv"
    for start, suffix in ((0, ".ts"), (4, ".m2ts")):  # Blu-ray has four bytes more before each packet
        if head[start : start + 1] == head[2 * start + _PACKET :][:1] == b"G":
            return suffix
    return next((suffix for begin, suffix in _BEGINNINGS.items() if head.startswith(begin)), "")

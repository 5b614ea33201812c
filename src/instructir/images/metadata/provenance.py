"""What was done to a picture, written into its XMP packet; and metadata reduced to what its colours need.

XMP is what all formats that we write have in common, but for BMP and GIF. An own namespace keeps what other
programs wrote as it is, and one picture that is restored twice says both.
"""

import re
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from instructir.images.metadata import Metadata, xmp

NAMESPACE = "urn:instructir:history:1"

_COLOUR_CHUNKS = (b"sRGB", b"gAMA", b"cHRM", b"sBIT")
"""PNG chunks that say what the samples stand for."""

_HEAD = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
)
_TAIL = b'</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
_RDF_END = re.compile(rb"</([\w.-]+):RDF\s*>")
_OWN_EMPTY = re.compile(
    rb"<([\w.-]+):Description \1:about=\"\" xmlns:instructir=\"%s\"></\1:Description>" % NAMESPACE.encode()
)
_OWN_END = re.compile(rb"</([\w.-]+):Seq>\s*</instructir:History>")


def noted(metadata: Metadata, line: str) -> Metadata:
    """Metadata with a line more in the history that this project keeps; a broken XMP packet is left as it is.

    Args:
        metadata: of the picture.
        line: what was done, by what. Characters that XML cannot hold are left out.
    """
    text = escape("".join(character for character in line if character.isprintable()))
    packet = metadata.xmp or _HEAD + _TAIL
    own = _OWN_END.search(packet)
    if own:
        entry = b"<%s:li>%s</%s:li>" % (own[1], text.encode(), own[1])
        return replace(metadata, xmp=packet[: own.start()] + entry + packet[own.start() :])
    ends = list(_RDF_END.finditer(packet))
    if not ends:
        return metadata
    last = ends[-1]
    entry = (
        b'<%(rdf)s:Description %(rdf)s:about="" xmlns:instructir="%(uri)s"><instructir:History><%(rdf)s:Seq>'
        b"<%(rdf)s:li>%(text)s</%(rdf)s:li></%(rdf)s:Seq></instructir:History></%(rdf)s:Description>"
    ) % {b"rdf": last[1], b"uri": NAMESPACE.encode(), b"text": text.encode()}
    return replace(metadata, xmp=packet[: last.start()] + entry + packet[last.start() :])


def is_made_here(path: Path) -> bool:
    """Whether a file has such a history; False for one that cannot be read."""
    try:
        return NAMESPACE.encode() in path.read_bytes()
    except OSError:
        return False


def without_history(packet: bytes | None) -> bytes | None:
    """The packet without what `noted` wrote into it; None if nothing else was in it."""
    kept = xmp.without_properties(packet, {NAMESPACE.encode(): b"History"})
    if not kept or kept == packet:
        return packet
    kept = _OWN_EMPTY.sub(b"", kept)
    return None if kept == _HEAD + _TAIL else kept


def without_metadata(metadata: Metadata) -> Metadata:
    """Metadata of which only what the colours and the coding need is left."""
    jpeg = metadata.jpeg and replace(metadata.jpeg, segments=b"", comment=None)
    chunks = tuple(chunk for chunk in metadata.chunks if chunk[0] in _COLOUR_CHUNKS)
    return replace(metadata, exif=None, xmp=None, dpi=None, aspect=None, jpeg=jpeg, chunks=chunks)

"""What a file format can hold, and what of a picture's metadata it has room for."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from instructir.images.metadata import Metadata, exif, xmp
from instructir.images.metadata.provenance import without_history


@dataclass(frozen=True)
class Holds:
    """What a format that we write can hold.

    Attributes:
        depth: the most bits a sample; 32 means float.
        alpha: whether it has an alpha channel.
        grey: how many channels its greyscale form may have: 0 if there is none, 2 if alpha can go with it.
        side: the most pixels along one side.
        bits: the most bits a sample where they are fewer than those of `depth`; 0 where they are not.
        states: how it can say what its colours are: "icc", "cicp" and "parameters".
        can_state: whether it can say in that way what these metadata say of colours; its encoder takes some
            code points and numbers only.
        notes: whether it has a place for EXIF and XMP.
        own: the part of the metadata that files of other formats have no place for: "segments" of a JPEG,
            "chunks" of a PNG; empty where there is none.
        exif: the most bytes of an EXIF block; None where there is no limit.
        xmp: the most bytes of an XMP packet; None where there is no limit.
        density: what it states of the pixels outside EXIF: "resolution", and "aspect" without one.
    """

    depth: int
    alpha: bool
    grey: int
    side: int
    bits: int = 0
    states: tuple[str, ...] = ("icc",)
    can_state: Callable[[Metadata], bool] = field(default=lambda _: True)
    notes: bool = True
    own: str = ""
    exif: int | None = None
    xmp: int | None = None
    density: tuple[str, ...] = ()


_TEXTS: frozenset[bytes] = frozenset({b"tEXt", b"zTXt", b"iTXt"})
"""PNG chunks that are texts."""


def metadata_held(metadata: Metadata, holds: Holds, name: str = "the format") -> tuple[Metadata, list[str]]:
    """Return the metadata for which a format has room, and what is left out of it, a sentence each.

    A resolution that the format has no place for of its own goes into EXIF.

    Args:
        metadata: of the picture.
        holds: what the format holds.
        name: what the sentences call it.
    """
    lost = []
    if metadata.aspect and "aspect" not in holds.density:
        lost.append(f"{name} has no place for the shape of pixels that are not square: left out")
    if not holds.notes:
        if metadata.exif:
            lost.append(f"{name} holds no EXIF: the camera, the date and the place are left out")
        if without_history(metadata.xmp):
            lost.append(f"{name} holds no XMP: captions, keywords and edits are left out")
        return replace(metadata, exif=None, xmp=None), [*lost, *_own_data_lost(metadata, holds, name)]
    block, packet = metadata.exif, metadata.xmp
    if metadata.dpi and "resolution" not in holds.density and exif.resolution(block) is None:
        block = exif.with_resolution(block, metadata.dpi)
    if holds.exif is not None:
        block, fields = exif.shrunk(block, holds.exif)
        if fields:
            what = ", ".join(fields)
            lost.append(f"{name} holds {holds.exif / 1000:.0f} KB of EXIF: {what} left out")
    if packet and holds.xmp is not None:
        packet = xmp.packed(packet, holds.xmp)
        if packet is None and (theirs := without_history(metadata.xmp)):
            packet = xmp.packed(theirs, holds.xmp)
            left = "a longer packet" if packet is None else "the line on what was done"
            lost.append(f"{name} holds {holds.xmp / 1000:.0f} KB of XMP: {left} is left out")
    return replace(metadata, exif=block, xmp=packet), [*lost, *_own_data_lost(metadata, holds, name)]


def _own_data_lost(metadata: Metadata, holds: Holds, name: str) -> list[str]:
    """Return what is left out of what files of one format alone have a place for, a sentence each."""
    lost = []
    if holds.own != "segments" and (data := _data_in(metadata)):
        lost.append(f"{name} has no place for {' and '.join(data)} of a JPEG: left out")
    if holds.own != "chunks" and any(kind in _TEXTS for kind, _ in metadata.chunks):
        lost.append(f"{name} has no place for the texts of a PNG: left out")
    return lost


def _data_in(metadata: Metadata) -> list[str]:
    """What the segments of a JPEG hold, in words."""
    coding = metadata.jpeg
    if coding is None:
        return []
    has_captions = b"Photoshop 3.0\0" in coding.segments and b"8BIM\4\4" in coding.segments
    named = {
        "the IPTC captions": has_captions,
        "the comment": bool(coding.comment),
        "the long XMP": b"http://ns.adobe.com/xmp/extension/\0" in coding.segments,
    }
    return [name for name, is_there in named.items() if is_there]

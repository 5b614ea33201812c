"""Whether a video file is shorter than it says. Its frames do not tell: FFmpeg takes the cut for the end."""

import os
import struct
from pathlib import Path
from typing import BinaryIO

_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_MOST_BOXES = 100_000
_SLACK = 8
"""Bytes by which writers of AVI are wrong: some count the head of a block as its content."""

CUT_OFF = "the file is cut off: it is restored as far as it goes"
"""What is said of such a file."""


def is_cut_off(path: Path) -> bool:
    """Whether a file ends before its parts do: an MP4 or its kin, a Matroska or WebM, or an AVI.

    Others, and files that were written without knowing where they would end, do not say.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(8)
        if head.startswith(_EBML):
            end = _end_of_matroska(stream)
        elif head.startswith(b"RIFF"):
            end = _end_of_blocks(stream, size) - _SLACK
        elif head[4:].isalnum():
            end = _end_of_boxes(stream, size)
        else:
            return False
    return end > size


def _end_of_boxes(stream: BinaryIO, size: int) -> int:
    """Where the boxes at the top of an MP4 end; 0 where one makes no sense."""
    position = 0
    for _ in range(_MOST_BOXES):
        if position >= size:
            return position
        stream.seek(position)
        head = stream.read(16)
        if len(head) < 8 or not head[4:8].isalnum():
            return 0
        length = int.from_bytes(head[:4], "big")
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:], "big")
        if length < 8:  # 0 stands for the rest of the file
            return 0
        position += length
    return 0


def _end_of_blocks(stream: BinaryIO, size: int) -> int:
    """Where the blocks at the top of an AVI end, of which large files have several."""
    position = 0
    while position + 8 <= size:
        stream.seek(position)
        kind, length = struct.unpack("<4sL", stream.read(8))
        if kind != b"RIFF" or not length:
            break
        position += 8 + length + length % 2
    return position


def _end_of_matroska(stream: BinaryIO) -> int:
    """Where the segment ends, in which all of a Matroska is; 0 where that is not said."""
    stream.seek(len(_EBML))
    length = _number(stream)
    stream.seek(length or 0, os.SEEK_CUR)
    if length is None or stream.read(4) != _SEGMENT:
        return 0
    length = _number(stream)
    return 0 if length is None else stream.tell() + length


def _number(stream: BinaryIO) -> int | None:
    """The next number of a Matroska, whose first byte tells its length; None for one that is not known."""
    first = stream.read(1)
    count = 8 - first[0].bit_length() if first and first[0] else 8
    bits = 7 * (count + 1)
    rest = stream.read(count)
    if count == 8 or len(rest) < count:
        return None
    value = int.from_bytes(first + rest, "big") & ((1 << bits) - 1)
    return None if value == (1 << bits) - 1 else value

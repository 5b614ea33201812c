"""What a file format is to us: how it is recognised, what it can hold, who decodes it and who encodes it."""

from collections.abc import Callable
from dataclasses import dataclass

from instructir.images.holding import Holds
from instructir.images.planes import Planes
from instructir.images.raster import Raster


@dataclass(frozen=True)
class Codec:
    """One file format.

    Attributes:
        name: Pillow's name of it, by which `Photo.format` calls it.
        matches: whether a file of these first bytes (`HEAD` of them) and this suffix (lower case) is one.
        decode: the samples and metadata of a file, of its bytes, what the user calls it, and the most pixels
            that it may state. Raises ImageFileError.
        suffixes: of names under which it is written, in lower case; none if it is only read.
        read_suffixes: further ones of files to be read.
        holds: what can be written; None if it is only read.
        encode: the bytes of a file of planes, with a quality of 1 to 100 or None, and what the user calls it.
            What it raises is told as an ImageFileError.
    """

    name: str
    matches: Callable[[bytes, str], bool]
    decode: Callable[[bytes, str, int], Raster]
    suffixes: tuple[str, ...] = ()
    read_suffixes: tuple[str, ...] = ()
    holds: Holds | None = None
    encode: Callable[[Planes, int | None, str], bytes] | None = None

"""Picture files: `read` one into a `Photo`, work on its pixels, `write` it back without losing anything."""

from instructir.images.formats import READABLE, WRITABLE
from instructir.images.metadata import JpegCoding, Metadata
from instructir.images.photo import Photo
from instructir.images.reading import MAX_PIXELS, read
from instructir.images.writing import check_writable, write

__all__ = [
    "MAX_PIXELS",
    "READABLE",
    "WRITABLE",
    "JpegCoding",
    "Metadata",
    "Photo",
    "check_writable",
    "read",
    "write",
]

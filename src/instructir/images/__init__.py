"""Picture files: `read` one into a `Photo`, work on its pixels, `write` it back without losing anything."""

from instructir.images.codecs import HEAD, READABLE, WRITABLE, identify, suffix_of_output
from instructir.images.metadata import JpegCoding, Metadata
from instructir.images.metadata.provenance import is_made_here
from instructir.images.moving import MOVING_HEAD, video_suffix
from instructir.images.photo import Photo
from instructir.images.raster import admission
from instructir.images.reading import MAX_PIXELS, NamedBytes, read, read_srgb, refuse_pipe
from instructir.images.writing import check_size, check_writable, encode, losses, place_of, write

__all__ = [
    "HEAD",
    "MAX_PIXELS",
    "MOVING_HEAD",
    "READABLE",
    "WRITABLE",
    "JpegCoding",
    "Metadata",
    "NamedBytes",
    "Photo",
    "admission",
    "check_size",
    "check_writable",
    "encode",
    "identify",
    "is_made_here",
    "losses",
    "place_of",
    "read",
    "read_srgb",
    "refuse_pipe",
    "suffix_of_output",
    "video_suffix",
    "write",
]

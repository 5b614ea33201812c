"""The picture formats: how they are recognised, and what each of them can hold."""

from dataclasses import dataclass

RAW_SUFFIXES: frozenset[str] = frozenset(
    {".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw"}
    | {".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"}
)
"""Suffixes of camera RAW files, in lower case."""


@dataclass(frozen=True)
class Target:
    """What a format that we write can hold.

    Attributes:
        name: Pillow's name of the format.
        depth: the most bits a sample; 32 means float.
        alpha: whether it has an alpha channel.
        grey: how many channels its greyscale form may have: 0 if there is none, 2 if alpha can go with it.
        profile: whether an ICC profile can be embedded.
        side: the most pixels along one side.
    """

    name: str
    depth: int
    alpha: bool
    grey: int
    profile: bool
    side: int


JPEG = Target("JPEG", depth=8, alpha=False, grey=1, profile=True, side=65_535)
PNG = Target("PNG", depth=16, alpha=True, grey=2, profile=True, side=2**31 - 1)
WEBP = Target("WEBP", depth=8, alpha=True, grey=0, profile=True, side=16_383)
TIFF = Target("TIFF", depth=32, alpha=True, grey=2, profile=True, side=2**31 - 1)
BMP = Target("BMP", depth=8, alpha=False, grey=1, profile=False, side=2**31 - 1)
AVIF = Target("AVIF", depth=8, alpha=True, grey=1, profile=True, side=65_536)
HEIC = Target("HEIF", depth=16, alpha=True, grey=1, profile=True, side=16_384)

TARGETS: dict[str, Target] = {
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".jpe": JPEG,
    ".png": PNG,
    ".webp": WEBP,
    ".tif": TIFF,
    ".tiff": TIFF,
    ".bmp": BMP,
    ".avif": AVIF,
    ".heic": HEIC,
    ".heif": HEIC,
}
"""The format that each suffix stands for when writing."""

WRITABLE: frozenset[str] = frozenset(TARGETS)
"""Suffixes that `write` accepts, in lower case (HEIC needs the extra ``formats``)."""

READABLE: frozenset[str] = WRITABLE | RAW_SUFFIXES | {".gif", ".dib", ".mpo", ".jfif", ".hif"}
"""Suffixes that `read` expects, in lower case (HEIC and camera RAW need the extra ``formats``)."""

HEAD = 64
"""Bytes of a file that `identify` looks at."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"FUJIFILMCCD-RAW", "RAW"),
    (b"IIRO", "RAW"),
    (b"IIRS", "RAW"),
    (b"MMOR", "RAW"),
    (b"IIU\x00", "RAW"),
    (b"FOVb", "RAW"),
    (b"\x00MRM", "RAW"),
    (b"II\x1a\x00\x00\x00HEAPCCDR", "RAW"),
    (b"II\x2a\x00", "TIFF"),
    (b"MM\x00\x2a", "TIFF"),
    (b"II\x2b\x00", "TIFF"),
    (b"MM\x00\x2b", "TIFF"),
)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def identify(head: bytes, suffix: str) -> str | None:
    """Return the format of a file from its first bytes, or None if it is no picture that can be read.

    The content decides, except that most camera RAW files start like any TIFF and only their suffix tells
    them apart.

    Args:
        head: the first `HEAD` bytes.
        suffix: the file name's suffix in lower case, or "".
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _identify_boxes(head)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            is_raw = kind == "TIFF" and (suffix in RAW_SUFFIXES or head[8:10] == b"CR")
            return "RAW" if is_raw else kind
    return None


def _identify_boxes(head: bytes) -> str | None:
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, len(head) - 3, 4))]
    if brands[0] == b"crx ":
        return "RAW"
    # The generic brand mif1 says nothing of the codec, so a later avif counts for more.
    if b"avif" in brands or b"avis" in brands:
        return "AVIF"
    return "HEIF" if any(brand in _HEIF_BRANDS for brand in brands) else None

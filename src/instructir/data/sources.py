"""Where training crops come from: clean pictures, real pairs, and clean pictures with depth."""

import logging
import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.random import Generator

from instructir.data.benchmarks import find_set
from instructir.data.files import list_pictures, pictures_below, why_none
from instructir.data.lists import NamedPictures, read_list
from instructir.data.manifest import known_set
from instructir.data.pictures import BytePixels, PictureCache, decode_file, scaled
from instructir.errors import ConfigError, DataError
from instructir.wording import counted

_log = logging.getLogger(__name__)


SourceItem = tuple[Path, Path | None]
"""A clean picture and its companion, if it has one."""


class Companion(IntEnum):
    """What comes with a clean crop: nothing (the fault is made), its real degraded version, or its depth."""

    NONE = 0
    DEGRADED = 1
    DEPTH = 2


@dataclass
class SourceOptions:
    """A set of pictures, as a configuration names it.

    Attributes:
        kind: ``clean`` (folders of good pictures), ``pairs`` (degraded and reference), ``depth``, or ``set``
            (a known one in its official layout; ``instructir data list`` names them).
        folders: folders below the data root; `pairs` and `depth` take one, `set` none. Clean pictures are
            looked for in sub-folders too. Pictures that cannot be decoded are passed over, and pairs of two
            sizes.
        leave_out: beginnings of names of pictures that are never trained on, such as scenes to test on.
        set: name of the known set.
        target: sub-folder of the references, for pairs and depth.
        companion: sub-folder of the degraded pictures or the depth maps, paired by file stem.
        list: instead of sub-folders, a CSV in the folder with the columns ``lq,gt,kind``; the first two are
            file names, with or without suffix.
        where: only the rows of the list whose ``kind`` is this.
        instructions: a text file below the data root, a sentence a line, that the instructions of these
            pictures are drawn from, instead of the corpus.
        shrink: fraction of the crops that are larger regions, up to the whole picture, scaled down to the
            crop's size. The network's channel attention averages over all that it sees, and a small crop is
            more uniform than a picture; without these a network trained on crops misjudges whole pictures,
            above all in haze.
        enlarge: fraction of the crops that are smaller regions, down to half, scaled up to the crop's size.
            Small photos are sharper from pixel to pixel than what a camera stores, which is where motion
            blurs over many pixels.
    """

    kind: Literal["clean", "pairs", "depth", "set"] = "clean"
    folders: list[str] = field(default_factory=list)
    leave_out: list[str] = field(default_factory=list)
    target: str = "target"
    companion: str = "input"
    list: str = ""
    where: str = ""
    set: str = ""
    instructions: str = ""
    shrink: float = 0.0
    enlarge: float = 0.0


class Source:
    """Draws aligned crops from one set of pictures."""

    def __init__(
        self, options: SourceOptions, root: Path, cache: PictureCache, held_out: int = 0, kept: bool = False
    ) -> None:
        """List the pictures.

        Args:
            options: which.
            root: the data root.
            cache: decodes them.
            held_out: one picture in so many is kept from training; 0 for none.
            kept: draw from the pictures kept from training, or from all where there are none.

        Raises:
            DataError: if a folder, a list or a degraded version is missing.
            ConfigError: if the options name no folder.
        """
        items = pictures_of(options, root)
        self._all, self._items = items, split_items(items, held_out, kept)
        self._cache, self._shrink, self._enlarge = cache, options.shrink, options.enlarge
        self._unusable = set[Path]()
        self.companion = companion_of(options)

    def __len__(self) -> int:
        return len(self._items)

    def crop(self, size: int, rng: Generator) -> tuple[BytePixels, BytePixels | None]:
        """Draw a crop (3, size, size) and its companion (1 or 3 channels), flipped alike.

        Pictures smaller than the crop are mirrored up to its size.
        """
        pictures = self._draw(int(rng.integers(len(self._items))))
        lengths = pictures[0].shape[:2]
        side = self._side(size, min(lengths), rng)
        height, width = (max(0, length - side) for length in lengths)
        top, left = rng.integers(height + 1), rng.integers(width + 1)
        flips = rng.integers(2, size=2)
        crops = [_cut(picture, int(top), int(left), side, size, flips) for picture in pictures]
        return crops[0], crops[1] if len(crops) > 1 else None

    def _draw(self, index: int) -> list[BytePixels]:
        """The pictures of an item; in place of one that cannot be used the next that can be."""
        for item in (*self._items[index:], *self._items[:index]):
            if item[0] in self._unusable:
                continue
            try:
                return loaded(item, self.companion, self._cache.load)
            except DataError as error:
                _tell(error)
                self._unusable.add(item[0])
        if len(self._items) < len(self._all):  # in a small folder, all of one side may be damaged
            self._items = self._all
            return self._draw(index)
        raise none_usable(self._items[0])

    def _side(self, size: int, largest: int, rng: Generator) -> int:
        """Side of the region that becomes a crop, spread evenly over the octaves where it is scaled."""
        if not (self._shrink or self._enlarge):
            return size
        fate, octaves = (float(draw) for draw in rng.random(2))
        furthest = 1.0
        if fate < self._shrink:
            furthest = max(largest, size) / size
        elif fate < self._shrink + self._enlarge:
            furthest = 0.5
        return round(size * math.pow(furthest, octaves))


def _cut(picture: BytePixels, top: int, left: int, side: int, size: int, flips: np.ndarray) -> BytePixels:
    crop = picture[top : top + side, left : left + side]
    if side != size and crop.shape[0] == crop.shape[1] == side:
        crop = scaled(crop, size)
    short = [(0, size - length) for length in crop.shape[:2]]
    if any(after for _, after in short):
        crop = np.pad(crop, [*short, (0, 0)], mode="symmetric")
    crop = crop[:: -1 if flips[0] else 1, :: -1 if flips[1] else 1]
    return np.ascontiguousarray(crop.transpose(2, 0, 1))


def loaded(item: SourceItem, companion: Companion, load: Callable[..., BytePixels]) -> list[BytePixels]:
    """The clean picture of an item and what comes with it, if anything does.

    Args:
        item: where they are.
        companion: what the second is.
        load: decodes a file, :func:`instructir.data.pictures.decode_file` or what remembers it.

    Raises:
        DataError: if one cannot be decoded, or they are not of one size.
    """
    clean_path, other_path = item
    clean = load(clean_path)
    if other_path is None:
        return [clean]
    other = load(other_path, grey=companion is Companion.DEPTH)
    if other.shape[:2] != clean.shape[:2]:
        raise DataError(f"{other_path}: is not of the size of its reference {clean_path}")
    return [clean, other]


def usable(item: SourceItem, companion: Companion = Companion.NONE) -> list[BytePixels]:
    """What :func:`loaded` decodes from the files, or nothing of what cannot be used, which is told."""
    try:
        return loaded(item, companion, decode_file)
    except DataError as error:
        _tell(error)
        return []


TOLD = set[str]()
"""Faults of pictures that were told in this process, or the one that it was forked from."""


def _tell(error: DataError) -> None:
    """Say why a picture is left out, once."""
    if str(error) not in TOLD:
        TOLD.add(str(error))
        _log.warning("left out: %s", error)


def none_usable(item: SourceItem) -> DataError:
    """The complaint that all items of a source were left out, of which this is one."""
    what = "picture there can be decoded" if item[1] is None else "pair there can be used"
    return DataError(f"{item[0].parent}: no {what}, for the reasons above; set data.root to others")


def pictures_of(options: SourceOptions, root: Path) -> list[SourceItem]:
    """The clean pictures of a source with their degraded versions or depth maps, if they have one.

    Raises:
        DataError: if a folder, a list or a degraded version is missing.
        ConfigError: if the options name no folder.
    """
    found = _pictures_there(options, root)
    items = [item for item in found if not item[0].name.startswith(tuple(options.leave_out))]
    if found and not items:
        raise DataError(f"{found[0][0].parent}: leave_out names all of its pictures; name fewer")
    return items


def _pictures_there(options: SourceOptions, root: Path) -> list[SourceItem]:
    if options.kind == "set":
        return _official(options.set, root)
    if not options.folders:
        raise ConfigError("a data source needs at least one folder")
    if options.kind == "clean":
        return [(path, None) for folder in options.folders for path in _photos(root / folder)]
    folder = root / options.folders[0]
    if options.list:
        return _listed(folder, options)
    companions = NamedPictures(list_pictures(folder / options.companion), folder)
    targets = list_pictures(folder / options.target)
    missing = [path.name for path in targets if path.stem not in companions]
    if missing:
        raise DataError(
            f"{folder}: {len(missing)} references have no {options.companion} ({missing[0]}, ...)"
        )
    return [(path, companions[path.stem]) for path in targets]


def companion_of(options: SourceOptions) -> Companion:
    """What comes with the pictures of a source."""
    kinds = {"clean": Companion.NONE, "depth": Companion.DEPTH}
    return kinds.get(options.kind, Companion.DEGRADED)


def split_items(items: Sequence[SourceItem], held_out: int, kept: bool = False) -> Sequence[SourceItem]:
    """The items that are trained on, or those that are kept from it; all, where there are none.

    By the pictures' names, so that one of two sources is kept from both.
    """
    aside = [bool(held_out) and zlib.crc32(path.stem.encode()) % held_out == 0 for path, _ in items]
    return [item for item, held in zip(items, aside, strict=True) if held == kept] or items


def _photos(folder: Path) -> list[Path]:
    found, others = pictures_below(folder)
    if not found:
        mend = why_none(folder) or "; set data.root to where they are"
        raise DataError(f"{folder}: holds no picture, {counted(others, 'files')} of other kinds{mend}")
    return found


def _official(name: str, root: Path) -> list[SourceItem]:
    finding = find_set(known_set(name), root)
    if not finding.pairs:
        raise DataError(finding.complaint)
    return [(pair.target, pair.input) for pair in finding.pairs]


def _listed(folder: Path, options: SourceOptions) -> list[SourceItem]:
    table = folder / options.list
    rows = read_list(table, "lq", "gt", "kind")
    chosen = [row for row in rows if options.where in ("", row["kind"])]
    if not chosen:
        kinds = ", ".join(sorted({row["kind"] for row in rows}))
        raise DataError(f"{table}: has no row of the kind {options.where!r}; set where to one of {kinds}")
    named = NamedPictures(list_pictures(folder), table)
    return [(named[row["gt"]], named[row["lq"]]) for row in chosen]

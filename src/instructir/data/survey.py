"""What a configuration's sources hold, said before training starts."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from instructir.data.files import pictures_below
from instructir.data.mixture import DataOptions
from instructir.data.pictures import decode_file
from instructir.data.sources import TOLD, SourceItem, pictures_of
from instructir.errors import DataError

_SHOWN = 5
"""So many of the pictures that are left out are named."""


@dataclass(frozen=True)
class Survey:
    """What was found of one source.

    Attributes:
        source: its name.
        paths: pictures that can be trained on.
        sizes: width and height in pixels of those whose file tells it without being decoded.
        faults: why each of the other pictures is left out, a line each.
        others: files that are no pictures by their names.
        paired: whether each picture comes with its degraded version or its depth.
    """

    source: str
    paths: tuple[Path, ...]
    sizes: tuple[tuple[int, int], ...] = ()
    faults: tuple[str, ...] = ()
    others: int = 0
    paired: bool = False

    def lines(self, crop: int = 0) -> list[str]:
        """Tell it, a line for what there is and lines for what is left out.

        Args:
            crop: side of the largest crops in pixels, to say how many pictures are smaller.
        """
        what, folders = "pairs" if self.paired else "pictures", len({path.parent for path in self.paths})
        text = f"{self.source}: {len(self.paths):,} {what} in {folders:,} folder{'s' * (folders != 1)}"
        if self.sizes:
            ordered = sorted(self.sizes, key=lambda size: size[0] * size[1])
            (width, height), (wide, high) = ordered[0], ordered[-1]
            text += f", {width}x{height} to {wide}x{high} pixels"
        if small := sum(min(size) < crop for size in self.sizes):
            text += f"; {small:,} smaller than the crops ({crop} pixels) will be mirrored"
        told = [text]
        if self.faults:
            told.append(f"{self.source}: {len(self.faults):,} left out")
            told += [f"  {fault}" for fault in self.faults[:_SHOWN]]
            TOLD.update(self.faults[:_SHOWN])  # or the loader would say the same again
            if len(self.faults) > _SHOWN:
                told.append(f"  and {len(self.faults) - _SHOWN:,} more")
        if self.others:
            told.append(f"{self.source}: passed over {self.others:,} of other kinds")
        return told


def survey(options: DataOptions) -> list[Survey]:
    """Look at every source that the mixture draws from; clean pictures' files are opened, but not decoded.

    Raises:
        DataError: if a source has no picture that can be trained on.
        ConfigError: if a source is not described well.
    """
    named = dict.fromkeys(entry.source for entry in options.mixture if entry.source in options.sources)
    root, found = Path(options.root).expanduser(), []
    for name in named:
        source = options.sources[name]
        pairs = _there(name, options, root)
        if source.kind != "clean":
            paired = any(other is not None for _, other in pairs)
            found.append(Survey(name, tuple(path for path, _ in pairs), paired=paired))
            continue
        listed = [pictures_below(root / folder) for folder in source.folders]
        paths = [path for pictures, _ in listed for path in pictures]
        found.append(_looked_at(name, paths, sum(others for _, others in listed)))
    return found


def _there(name: str, options: DataOptions, root: Path) -> list[SourceItem]:
    """The pictures of a source; where there are none, the complaint says how to train without it."""
    try:
        return pictures_of(options.sources[name], root)
    except DataError as error:
        drawn = [entry.name for entry in options.mixture if entry.source == name]
        if len(drawn) == len(options.mixture) or not all(drawn):
            raise
        without = " ".join(f"data.mixture.{entry}=null" for entry in drawn)
        raise DataError(f"{error}; or train without the source {name!r}: {without}") from None


def _looked_at(name: str, paths: Iterable[Path], others: int) -> Survey:
    usable, sizes, faults = [], [], []
    proven: set[str] = set()
    for path in paths:
        try:
            size = _stated_size(path, proven)
        except DataError as error:
            faults.append(str(error))
            continue
        usable.append(path)
        sizes += [size] if size else []
    if not usable:
        raise DataError(f"source {name!r} has no picture that can be read: {faults[0]}")
    return Survey(name, tuple(usable), tuple(sizes), tuple(faults), others)


def _stated_size(path: Path, proven: set[str]) -> tuple[int, int] | None:
    """Width and height that a file states, or None if only decoding tells them.

    Args:
        path: the file.
        proven: suffixes of which a picture was decoded; others of them are taken on trust.
    """
    from PIL import Image

    try:
        with Image.open(path) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        suffix = path.suffix.lower()
    if suffix not in proven:
        height, width = decode_file(path).shape[:2]
        proven.add(suffix)
        return width, height
    return None

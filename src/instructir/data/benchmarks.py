"""Known sets on disk: which layouts each may have, and which pictures of it are in a folder.

The sets themselves are listed in ``manifest.toml``; see :mod:`instructir.data.manifest`.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from instructir.data.files import picture_suffixes
from instructir.errors import DataError
from instructir.tasks import Task

STEM = r"([^/]+)\.[^./]+$"
"""Pairs by file stem."""
NUMBER = r"(\d+)\.[^./]+$"
"""Pairs by the number that ends the stem, whatever stands before it (``rain-001`` and ``norain-001``)."""
SCENE = r"([^/_]+)(?:_[^/]*)?\.[^./]+$"
"""Pairs by the stem up to the first underscore: many degraded variants share one reference (RESIDE)."""


@dataclass(frozen=True)
class Side:
    """The degraded or the reference pictures of a layout.

    Attributes:
        glob: pattern of the files, relative to the set's folder; upper and lower case are the same.
        key: expression searched in the relative path; its groups, joined by ``-``, name the pair.
    """

    glob: str
    key: str = STEM

    def find(self, folder: Path) -> list[tuple[str, Path]]:
        """Keys and files in `folder`, sorted by path."""
        found, readable = [], picture_suffixes()
        for path in _matching(folder, self.glob):
            match = re.search(self.key, path.relative_to(folder).as_posix(), re.IGNORECASE)
            if match and path.suffix.lower() in readable and path.is_file():
                found.append(("-".join(match.groups()), path))
        return found


@dataclass(frozen=True)
class FolderLayout:
    """One way in which a set is distributed.

    Attributes:
        target: the reference pictures.
        input: the degraded pictures, or None where the fault is synthesised.
        names: what a picture is called in results: its own ``stem``, or its ``key`` where stems repeat.
    """

    target: Side
    input: Side | None = None
    names: Literal["stem", "key"] = "stem"

    def __str__(self) -> str:
        return f"{self.input.glob} + {self.target.glob}" if self.input else self.target.glob


@dataclass(frozen=True)
class PairFiles:
    """One picture of a set: its name, its reference, and its degraded version (None where synthesised)."""

    name: str
    target: Path
    input: Path | None = None


@dataclass(frozen=True)
class Benchmark:
    """A known set of pictures, to measure or to train on.

    Attributes:
        name: how suites and results call it.
        title: how tables print it.
        task: what is to be restored.
        expected: pictures in the complete set.
        folders: where it may lie below the data folder; upper and lower case are the same.
        layouts: how it may be distributed, tried in order.
        source: how to get it.
        scale: the inputs are smaller than their references by this factor, and are first upscaled.
        border: pixels that the references have more than the inputs on each side.
        split: a text file in the set's folder that lists the stems to take, where there is one.
        licence: on what terms it may be used, as its authors say.
        use: whether it is measured or trained on.
        only: how the stems begin that belong to it, where it is a part of what lies there.
    """

    name: str
    title: str
    task: Task
    expected: int
    folders: tuple[str, ...]
    layouts: tuple[FolderLayout, ...]
    source: str
    scale: int = 1
    border: int = 0
    split: str = ""
    licence: str = "not stated; for research"
    use: Literal["test", "train"] = "test"
    only: tuple[str, ...] = ()

    @property
    def pairing(self) -> str:
        """How pictures are paired, in words."""
        first = self.layouts[0]
        if first.input is None:
            return "nothing (clean; the fault is made)"
        rules = {STEM: "same file stem", NUMBER: "same number", SCENE: "stem up to the first _"}
        return rules.get(first.target.key, "same scene and frame")


@dataclass(frozen=True)
class Unpaired:
    """A file of a set without the other one of its pair.

    Attributes:
        path: where it is, relative to the set's folder.
        lacks: what is missing.
    """

    path: str
    lacks: Literal["reference", "degraded version"]


@dataclass(frozen=True)
class Finding:
    """What of a benchmark lies in a data folder.

    Attributes:
        benchmark: the set.
        root: the data folder.
        folder: where the set was found, or None.
        pairs: its pictures, sorted by name.
        unpaired: files of which the other one of the pair is missing.
    """

    benchmark: Benchmark
    root: Path
    folder: Path | None = None
    pairs: tuple[PairFiles, ...] = ()
    unpaired: tuple[Unpaired, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every picture of the set is there."""
        return len(self.pairs) >= self.benchmark.expected and not self.unpaired

    @cached_property
    def complaint(self) -> str:
        """One line on what is missing and how to get it; empty if nothing is."""
        return self.complaint_in(str(self.root))

    def complaint_in(self, root: str) -> str:
        """The complaint with the data folder called `root`."""
        wanted = self.benchmark
        if self.folder is None:
            places = ", ".join(f"{folder}/" for folder in wanted.folders[:3])
            return f"{wanted.name}: not in {root} (looked for {places}...); {wanted.source}"
        if not self.pairs:
            layouts = "; ".join(str(layout) for layout in wanted.layouts)
            split = f", or no {wanted.split}" if wanted.split and wanted.use == "train" else ""
            folder = Path(root) / self.folder.relative_to(self.root)
            return f"{wanted.name}: {folder} has none of its layouts ({layouts}){split}; {wanted.source}"
        if self.complete:
            return ""
        there = f"{len(self.pairs)} of {wanted.expected} pictures"
        return f"{wanted.name}: {', '.join([there, *self._lost()])}; {wanted.source}"

    def _lost(self) -> list[str]:
        alone = defaultdict[str, list[str]](list)
        for file in self.unpaired:
            alone[file.lacks].append(file.path)
        return [
            f"{len(paths)} without a {lack} ({paths[0]}{', ...' if len(paths) > 1 else ''})"
            for lack, paths in alone.items()
        ]


def find_set(benchmark: Benchmark, root: Path) -> Finding:
    """Look for `benchmark` in `root`, in any of its places and layouts.

    Args:
        benchmark: the set.
        root: the folder that holds the sets, or the set's own folder.

    Raises:
        DataError: if `root` is no folder.
    """
    if not root.is_dir():
        raise DataError(f"{root}: no such folder; give the folder that holds the sets")
    seen = None
    for folder in _places(benchmark, root):
        seen = seen or folder
        for layout in benchmark.layouts:
            pairs, unpaired = _pair(layout, folder)
            if pairs:
                chosen = _chosen(benchmark, folder, pairs)
                return Finding(benchmark, root, folder, tuple(chosen), tuple(unpaired))
    return Finding(benchmark, root, seen)


def _places(benchmark: Benchmark, root: Path) -> list[Path]:
    places = [place for name in benchmark.folders if (place := _below(root, name)) is not None]
    if any(root.name.lower() == Path(name).name.lower() for name in benchmark.folders):
        places.append(root)
    return places


def _below(root: Path, name: str) -> Path | None:
    """`root`/`name`, whatever the case of the folders' names."""
    return next((path for path in _matching(root, name) if path.is_dir()), None)


def _matching(folder: Path, pattern: str) -> list[Path]:
    """What below `folder` a pattern means, sorted: in its own case or, where there is none, in any.

    Hidden files and folders are passed over, unless the pattern names them.
    """
    places = [folder]
    for part in PurePosixPath(pattern).parts:
        places = [path for place in places if place.is_dir() for path in _inside(place, part)]
    return sorted(places)


def _inside(place: Path, part: str) -> list[Path]:
    exact = place / part
    if exact.exists():
        return [exact]
    alike = re.compile(translate(part), re.IGNORECASE)
    shown = (path for path in place.iterdir() if not path.name.startswith("."))
    return [path for path in shown if alike.match(path.name)]


def _pair(layout: FolderLayout, folder: Path) -> tuple[list[PairFiles], list[Unpaired]]:
    targets = layout.target.find(folder)
    if layout.input is None:
        return [PairFiles(_name(layout, key, path), path) for key, path in targets], []
    inputs, by_key = layout.input.find(folder), dict(targets)
    pairs = [PairFiles(_name(layout, key, path), by_key[key], path) for key, path in inputs if key in by_key]
    keys = {key for key, _ in inputs}

    def below(path: Path) -> str:
        return path.relative_to(folder).as_posix()

    lacking = [Unpaired(below(path), "reference") for key, path in inputs if key not in by_key]
    lacking += [Unpaired(below(path), "degraded version") for key, path in targets if key not in keys]
    return pairs, lacking


def _name(layout: FolderLayout, key: str, path: Path) -> str:
    return key if layout.names == "key" else path.stem


def _chosen(benchmark: Benchmark, folder: Path, pairs: list[PairFiles]) -> list[PairFiles]:
    pairs = sorted(pairs, key=lambda pair: pair.name)
    listed = folder / benchmark.split
    if not benchmark.split or not listed.is_file():
        # Without the list a set to train on would hold the pictures to test on.
        return pairs if benchmark.use == "test" or not benchmark.split else []
    wanted = {Path(line.strip()).stem for line in listed.read_text("utf-8").splitlines() if line.strip()}
    return [pair for pair in pairs if pair.name in wanted]

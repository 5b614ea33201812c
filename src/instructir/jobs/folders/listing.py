"""Which pictures a folder job restores, how, and under which names: decided before anything is written."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from instructir.errors import ConfigError
from instructir.images import (
    HEAD,
    MOVING_HEAD,
    READABLE,
    WRITABLE,
    identify,
    suffix_of_output,
    video_suffix,
)
from instructir.jobs.folders.stores import FileState, Store, StoredFile, below, same_tree
from instructir.jobs.video import VIDEO_SUFFIXES
from instructir.jobs.video.gif import is_animated
from instructir.restoration.result import Failure


@dataclass(frozen=True)
class Item:
    """A picture to restore.

    Attributes:
        source: its name in the input tree.
        target: the name of its output in the output tree.
        instruction: what is wrong with it; None lets the picture decide.
        before: the source's state when it was listed.
    """

    source: str
    target: str
    instruction: str | None
    before: FileState


@dataclass(frozen=True)
class Listing:
    """What was found.

    Attributes:
        items: pictures to restore.
        faults: files that cannot be read, or that are named in the table of instructions but not there.
        others: how many files were left alone because they are no pictures.
        videos: how many because they are videos.
        unnamed: how many because the table of instructions does not name them.
        there: names of all files, where outputs go beside them.
    """

    items: tuple[Item, ...]
    faults: tuple[Failure, ...]
    others: int = 0
    videos: int = 0
    unnamed: int = 0
    there: frozenset[str] = frozenset()


def list_items(
    sources: Store,
    targets: Store,
    instruction: str | None,
    table: Mapping[str, str] | None = None,
    *,
    recursive: bool = False,
    suffix: str = "",
    made: Container[str] | None = None,
) -> Listing:
    """Find the pictures of a tree and give each its instruction and its output's name.

    Args:
        sources: where to look.
        targets: where outputs go; if that is below the sources, what is there is no input.
        instruction: for files that the table does not name; None lets each picture decide.
        table: instructions by name; if `instruction` is None, only files in it are restored.
        recursive: whether to look into sub-folders.
        suffix: put behind the stem of each output's name.
        made: outputs of earlier runs, which are no inputs where they lie beside theirs; None for whatever
            has the name of an output.

    Raises:
        ImageFileError: if there is no such tree.
        ConfigError: if the suffix is no part of a file name, or two outputs would have one name.
    """
    if any(character in suffix for character in "/\\\0"):
        raise ConfigError(f"suffix {suffix!r} is no part of a file name: leave slashes out")
    inside = below(targets.root, sources.root)
    found = [
        entry
        for entry in sources.entries(recursive=recursive)
        if inside is None or not entry.name.startswith(inside)
    ]
    faults = [Failure(sources.shown(e.name), f"{sources.shown(e.name)}: {e.fault}") for e in found if e.fault]
    files = [entry for entry in found if not entry.fault]
    kinds = {entry.name: _kind(sources, entry.name) for entry in files}
    pictures = [entry for entry in files if kinds[entry.name] == "picture"]
    ends = {entry.name: _end(sources, entry.name) for entry in pictures}
    beside = same_tree(targets.root, sources.root)
    if suffix and beside:
        results = set(_named(ends, suffix).values())
        results = {name for name in results if made is None or name in made}
        pictures = [entry for entry in pictures if entry.name not in results]
    names = _named({entry.name: ends[entry.name] for entry in pictures}, suffix)
    if table is not None:
        table = _as_there(table, {entry.name for entry in found})
        faults += _missing(sources, table, {entry.name for entry in found})
    asked = [entry for entry in pictures if table is None or instruction is not None or entry.name in table]
    return Listing(
        tuple(_items(asked, names, instruction, table or {})),
        tuple(faults),
        others=sum(kind == "other" for kind in kinds.values()),
        videos=sum(kind == "video" for kind in kinds.values()),
        unnamed=len(pictures) - len(asked),
        there=frozenset(entry.name for entry in found) if beside else frozenset(),
    )


def _items(
    entries: Iterable[StoredFile], names: Mapping[str, str], instruction: str | None, table: Mapping[str, str]
) -> Iterator[Item]:
    for entry in entries:
        assert entry.state is not None
        yield Item(entry.name, names[entry.name], table.get(entry.name, instruction), entry.state)


def _as_there(table: Mapping[str, str], there: Collection[str]) -> dict[str, str]:
    """The table under the names of the files that are there, where these spell accents another way only.

    Systems differ in whether an accented letter is one character or two, and so does what they name.
    """
    alike = Counter(
        normalize("NFC", name) for name in (*there, *(name for name in table if name not in there))
    )
    own = {normalize("NFC", name): name for name in there if name not in table}

    def named(name: str) -> str:
        plain = normalize("NFC", name)
        is_plain = alike[plain] == 2  # the row and the file, and no other of either
        return own.get(plain, name) if name not in there and is_plain else name

    return {named(name): text for name, text in table.items()}


def _missing(sources: Store, table: Mapping[str, str], there: Collection[str]) -> list[Failure]:
    def reason(name: str) -> str:
        # A path that leads to a file of the folder, from the root or from where the table was made.
        meant = max((one for one in there if name.endswith(f"/{one}")), key=len, default=None)
        hint = f"call it {meant}, as seen from the folder" if meant else "correct the row"
        return f"{sources.shown(name)}: is in the table but not in the folder; {hint}"

    return [Failure(sources.shown(name), reason(name)) for name in table if name not in there]


def _kind(sources: Store, name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    head = sources.head(name, MOVING_HEAD)
    form = identify(head[:HEAD], suffix)
    if form == "GIF" and "://" not in sources.root:
        return "video" if is_animated(Path(sources.root, name)) else "picture"
    if form is None and (video_suffix(head) or suffix in VIDEO_SUFFIXES):
        return "video"
    # What is called a picture and is none that is known is damaged, and told.
    return "picture" if form or suffix in READABLE else "other"


def _end(sources: Store, name: str) -> str:
    """What the name of a picture's output ends with."""
    own = PurePosixPath(name).suffix
    return suffix_of_output(b"" if own.lower() in WRITABLE else sources.head(name, HEAD), own)


def _named(ends: Mapping[str, str], suffix: str) -> dict[str, str]:
    """Names of outputs: the source's own where its format can be written, else PNG; no two alike.

    Args:
        ends: what each ends with, by the name of its source.
        suffix: put behind the stem of each.
    """
    plain = {name: _output_name(name, suffix, end) for name, end in ends.items()}
    often = Counter(
        target.casefold() for target in plain.values()
    )  # some systems hold a.png and A.PNG for one
    # IMG.CR2 beside IMG.PNG becomes IMG.CR2.png, whichever of them is there first.
    names = {
        name: target
        if often[target.casefold()] == 1 or PurePosixPath(name).suffix == ends[name]
        else _output_name(f"{name}{ends[name]}", suffix, ends[name])
        for name, target in plain.items()
    }
    if len(set(names.values())) < len(names):
        twice, _ = Counter(names.values()).most_common(1)[0]
        both = " and ".join(name for name, target in names.items() if target == twice)
        raise ConfigError(f"{both} would both become {twice}: rename one of them")
    return names


def _output_name(name: str, suffix: str, end: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}{suffix}{end}"))

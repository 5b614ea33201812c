"""What of the known sets lies in a folder, and how to lay out what does not."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from instructir.data.benchmarks import Benchmark, Finding, find_set
from instructir.data.manifest import SETS, known_set
from instructir.data.pictures import decode_file
from instructir.errors import DataError


@dataclass(frozen=True)
class SetCheck:
    """What is there of one set.

    Attributes:
        set: its name.
        use: ``train`` or ``test``.
        task: what it is for.
        folder: where it was found; empty if it was not.
        found: pictures (or pairs) that are there.
        expected: pictures in the complete set.
        complete: whether it is all there.
        complaint: what is missing and how to get it; empty if nothing is.
        layouts: the ways in which it may lie in its folder.
        damaged: what is wrong with the pictures that cannot be used, if they were opened.
    """

    set: str
    use: str
    task: str
    folder: str
    found: int
    expected: int
    complete: bool
    complaint: str
    layouts: tuple[str, ...]
    damaged: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON types."""
        return asdict(self)

    def text(self) -> str:
        """A line that says how it stands, and below it how to correct what is amiss."""
        title = f"{self.set} (to {self.use}, {self.task.replace('_', ' ')})"
        if self.complete:
            lines = [f"complete   {title}: {self.found} in {self.folder}"]
        elif self.found:
            lines = [f"partial    {title}: {self.found} of {self.expected} in {self.folder}"]
        else:
            lines = [f"missing    {title}"]
        if self.complaint:
            lines += [f"           {self.complaint}", f"           lay it out as {' or '.join(self.layouts)}"]
        return "\n".join([*lines, *(f"  damaged: {fault}" for fault in self.damaged)])


def check_sets(root: Path, names: Sequence[str], *, decode: bool = False) -> list[SetCheck]:
    """Check the sets called `names`, or all known ones, in the folder `root`.

    Args:
        root: the folder that holds the sets.
        names: which; empty for all.
        decode: also open every picture, and compare the sizes of pairs.

    Raises:
        DataError: if there is no such folder.
        ConfigError: if there is no set of a name.
    """
    wanted = [known_set(name) for name in names] or list(SETS.values())
    return [_checked(find_set(known, root), decode) for known in wanted]


def describe(known: Benchmark) -> dict[str, Any]:
    """The manifest of a set as plain JSON types."""
    return {
        "set": known.name,
        "use": known.use,
        "task": known.task.value,
        "expected": known.expected,
        "pairing": known.pairing,
        "licence": known.licence,
        "source": known.source,
        "folders": list(known.folders),
        "layouts": [str(layout) for layout in known.layouts],
    }


def _checked(finding: Finding, opened: bool) -> SetCheck:
    known = finding.benchmark
    return SetCheck(
        known.name,
        known.use,
        known.task.value,
        str(finding.folder or ""),
        len(finding.pairs),
        known.expected,
        finding.complete,
        finding.complaint,
        tuple(f"{known.folders[0]}/({layout})" for layout in known.layouts),
        tuple(_damages(finding)) if opened else (),
    )


def _damages(finding: Finding) -> list[str]:
    known, faults = finding.benchmark, []
    for pair in finding.pairs:
        try:
            target = decode_file(pair.target)
            other = decode_file(pair.input) if pair.input else target
        except DataError as error:
            faults.append(str(error))
            continue
        sizes = target.shape[:2], other.shape[:2]
        if known.scale == 1 and known.border == 0 and sizes[0] != sizes[1]:
            faults.append(f"{pair.input}: is not of the size of its reference {pair.target}")
    return faults

"""What was measured, as plain data that is written to JSON and read back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

FORMAT = 1
INPUT = "input"
"""Method name under which the degraded pictures themselves are scored: the result of doing nothing."""


@dataclass(frozen=True)
class Fault:
    """A picture that was left out, and why."""

    image: str
    reason: str


@dataclass(frozen=True)
class ImageScores:
    """Scores of one restored picture.

    Attributes:
        image: its name in the set.
        scores: values by metric name.
        instruction: the sentence that was given; empty where none is read.
        repeat: which draw of instructions.
    """

    image: str
    scores: dict[str, float]
    instruction: str = ""
    repeat: int = 0


@dataclass
class Run:
    """One method on one case with one wording.

    Attributes:
        case: id of the case.
        method: name of the method, or :data:`INPUT`.
        wording: source of the instructions; empty for what reads none.
        images: one entry a picture and draw.
        failed: pictures on which this method gave nothing usable.
    """

    case: str
    method: str
    wording: str = ""
    images: list[ImageScores] = field(default_factory=list)
    failed: list[Fault] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Number of pictures that were measured."""
        return len({entry.image for entry in self.images})

    @property
    def mean(self) -> dict[str, float]:
        """Mean of every metric over all entries."""
        names = self.images[0].scores if self.images else ()
        return {name: fmean(entry.scores[name] for entry in self.images) for name in names}


@dataclass
class CaseRecord:
    """What is known of one case.

    Attributes:
        id: its key.
        title: its heading.
        task: what is restored.
        expected: pictures in the complete set.
        found: pictures in the data folder.
        note: one line on what is missing and how to get it; empty if nothing is.
        excluded: pictures that no method was given, and why.
    """

    id: str
    title: str
    task: str
    expected: int
    found: int
    note: str = ""
    excluded: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class MethodRecord:
    """What is known of one method, the precision that it computed in among it where that is known."""

    name: str
    kind: str
    sha256: str = ""
    reads_text: bool = True
    parameters: int | None = None
    precision: str = ""


@dataclass(frozen=True)
class Cost:
    """What one method costs at one picture size.

    Attributes:
        method: its name.
        size: height and width in pixels.
        macs: multiply-adds for one picture.
        latency_ms: median time for one picture.
        peak_memory_mb: most memory that one picture needs beside the weights, where it can be measured.
    """

    method: str
    size: tuple[int, int]
    macs: int
    latency_ms: float
    peak_memory_mb: float | None = None


@dataclass
class Results:
    """Everything that one run measured."""

    suite: str
    title: str
    protocol: dict[str, Any]
    machine: dict[str, Any]
    versions: dict[str, str]
    created: str
    methods: list[MethodRecord] = field(default_factory=list)
    cases: list[CaseRecord] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)

    def find(self, case: str, method: str, wording: str = "") -> Run | None:
        """The run of `method` on `case`, if there is one."""
        wanted = (case, method, wording)
        return next((run for run in self.runs if (run.case, run.method, run.wording) == wanted), None)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Distinct pairs of method and wording, in the order of the methods."""
        order = {record.name: place for place, record in enumerate(self.methods)}
        found = dict.fromkeys((run.method, run.wording) for run in self.runs)
        return sorted(found, key=lambda row: order.get(row[0], -1))

    def worse_than_input(self, run: Run) -> tuple[int, int]:
        """How many pictures of `run` have a lower PSNR than what it was given, and how many there are.

        Draws of instructions of one picture count by their mean.
        """
        inputs = self.find(run.case, INPUT)
        before = {entry.image: entry.scores["psnr"] for entry in inputs.images} if inputs else {}
        after: dict[str, list[float]] = {}
        for entry in run.images:
            if entry.image in before:
                after.setdefault(entry.image, []).append(entry.scores["psnr"])
        worse = [image for image, values in after.items() if fmean(values) < before[image]]
        return len(worse), len(after)

    def faults(self) -> Iterator[tuple[str, Fault]]:
        """Every picture that was left out, with the id of its case."""
        for case in self.cases:
            yield from ((case.id, fault) for fault in case.excluded)
        for run in self.runs:
            for fault in run.failed:
                yield run.case, Fault(fault.image, f"{run.method}: {fault.reason}")

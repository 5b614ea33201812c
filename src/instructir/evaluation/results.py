"""What was measured, as plain data that is written to JSON and read back."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from instructir.errors import ConfigError, DataError

FORMAT = 2
_DIGITS = 6
"""Decimals that are kept: far below what any comparison of two runs means."""
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
    """One method on one case, with instructions of one source.

    Attributes:
        case: id of the case.
        method: name of the method, or :data:`INPUT`.
        source: source of the instructions; empty for what reads none.
        images: one entry a picture and draw.
        failed: pictures on which this method gave nothing usable.
    """

    case: str
    method: str
    source: str = ""
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

    def find(self, case: str, method: str, source: str = "") -> Run | None:
        """The run of `method` on `case`, if there is one."""
        wanted = (case, method, source)
        return next((run for run in self.runs if (run.case, run.method, run.source) == wanted), None)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Distinct pairs of method and source, in the order of the methods."""
        order = {record.name: place for place, record in enumerate(self.methods)}
        found = dict.fromkeys((run.method, run.source) for run in self.runs)
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


def write_results(results: Results, path: Path) -> None:
    """Write `results` as JSON.

    Raises:
        DataError: if the file cannot be written.
    """
    write_json(to_dict(results), path)


def write_json(record: Mapping[str, Any], path: Path) -> None:
    """Write what was measured, by way of a temporary file.

    Raises:
        DataError: if the file cannot be written.
    """
    temporary = _beside(path, json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    try:
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _unwritable(path, error) from None


def check_json_place(path: Path | None) -> None:
    """Refuse, before hours of work, a file that could not be written after them; its folder is made.

    Raises:
        ConfigError: if it is a folder.
        DataError: if nothing can be written there.
    """
    if path is None:
        return
    if path.is_dir():
        raise ConfigError(f"{path}: is a folder; give the name of a file")
    _beside(path, "").unlink()


def _beside(path: Path, text: str) -> Path:
    """A temporary file beside `path` with that text."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, "utf-8")
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _unwritable(path, error) from None
    return temporary


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path}: cannot be written ({error.strerror}); choose another place")


def read_results(path: Path) -> Results:
    """Read what :func:`write_results` wrote.

    Raises:
        DataError: if the file is missing or holds something else.
    """
    try:
        stored = json.loads(path.read_text("utf-8"))
        if stored["format"] != FORMAT:
            raise DataError(f"{path}: written by another version of InstructIR; run the evaluation again")
        return _from_dict(stored)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise DataError(
            f"{path}: holds no results; give a file that instructir evaluate --json wrote"
        ) from None


def to_dict(results: Results) -> dict[str, Any]:
    """Return `results` as JSON types; counts and means are there for readers, and computed anew when read."""
    return {
        "format": FORMAT,
        "suite": results.suite,
        "title": results.title,
        "created": results.created,
        "protocol": results.protocol,
        "machine": results.machine,
        "versions": results.versions,
        "methods": [asdict(method) for method in results.methods],
        "cases": [asdict(case) for case in results.cases],
        "costs": [asdict(cost) for cost in results.costs],
        "runs": [_run(results, run) for run in results.runs],
    }


def _from_dict(stored: dict[str, Any]) -> Results:
    """Rebuild the results that :func:`to_dict` gave.

    Raises:
        KeyError, TypeError, ValueError: if `stored` is something else.
    """
    return Results(
        suite=str(stored["suite"]),
        title=str(stored["title"]),
        protocol=dict(stored["protocol"]),
        machine=dict(stored["machine"]),
        versions=dict(stored["versions"]),
        created=str(stored["created"]),
        methods=[MethodRecord(**method) for method in stored["methods"]],
        cases=[CaseRecord(**{**case, "excluded": _faults(case["excluded"])}) for case in stored["cases"]],
        costs=[Cost(**{**cost, "size": tuple(cost["size"])}) for cost in stored["costs"]],
        runs=[_read_run(run) for run in stored["runs"]],
    )


def _run(results: Results, run: Run) -> dict[str, Any]:
    inputs = results.find(run.case, INPUT)
    before = {entry.image: entry.scores["psnr"] for entry in inputs.images} if inputs else {}
    return {
        "case": run.case,
        "method": run.method,
        "source": run.source,
        "count": run.count,
        "mean": _rounded(run.mean),
        "failed": [asdict(fault) for fault in run.failed],
        "images": [
            {
                "image": entry.image,
                "repeat": entry.repeat,
                "instruction": entry.instruction,
                "scores": _rounded(entry.scores),
                "input_psnr": round(before[entry.image], _DIGITS) if entry.image in before else None,
            }
            for entry in run.images
        ],
    }


def _read_run(run: dict[str, Any]) -> Run:
    images = [
        ImageScores(entry["image"], dict(entry["scores"]), entry["instruction"], entry["repeat"])
        for entry in run["images"]
    ]
    return Run(run["case"], run["method"], run["source"], images, _faults(run["failed"]))


def _faults(stored: list[dict[str, str]]) -> list[Fault]:
    return [Fault(**fault) for fault in stored]


def _rounded(scores: dict[str, float]) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in scores.items()}

"""Measures methods on the cases of a suite: in batches, resumable, and without dropping anything silently."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from typing import Protocol as Interface

from instructir.data.benchmarks import Finding, find_set
from instructir.environment import machine, versions
from instructir.errors import ConfigError, DataError
from instructir.evaluation.methods.method import Method, with_unique_names
from instructir.evaluation.protocols import Protocol
from instructir.evaluation.results import INPUT, CaseRecord, Fault, MethodRecord, Results, Run
from instructir.evaluation.runner.chunks import ChunkRunner, Row
from instructir.evaluation.runner.journal import Journal
from instructir.evaluation.scoring import Scorer
from instructir.evaluation.suites import Case, InstructionSource, Suite


class SetProgress(Interface):
    """Who is told how far the evaluation is."""

    def start(self, case: Case, pictures: int) -> None:
        """A case begins."""

    def advance(self, pictures: int) -> None:
        """So many pictures of the case are done."""


class _Silent:
    """Tells nobody."""

    def start(self, case: Case, pictures: int) -> None:
        """Do nothing."""

    def advance(self, pictures: int) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Options:
    """How an evaluation is run.

    Attributes:
        metrics: optional metrics beside those of the suite.
        batch: pictures of one size that a network is given at once.
        repeats: draws of instructions; None takes the suite's own number.
        limit: measure only so many pictures a case; tables then show the count. None measures all.
        instruction: one sentence for all pictures, instead of those of the suite.
        device: named in the results.
        ensemble: runs of each model that are averaged, 0 by a picture's size; None takes the protocol's.
        guard: measure models with planning and the second look, as a user gets their results.
    """

    metrics: tuple[str, ...] = ()
    batch: int = 1
    repeats: int | None = None
    limit: int | None = None
    instruction: str = ""
    device: str = "auto"
    ensemble: int | None = None
    guard: bool = False

    def __post_init__(self) -> None:
        for name in ("batch", "repeats", "limit"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ConfigError(f"--{name} {value}: give 1 or more")


def evaluate(
    suite: Suite,
    methods: Sequence[Method],
    root: Path,
    protocol: Protocol,
    options: Options | None = None,
    *,
    journal: Journal | None = None,
    progress: SetProgress | None = None,
    locate: Callable[[Case, Path], Finding] | None = None,
) -> Results:
    """Measure `methods` on every case of `suite` whose pictures are in `root`.

    A set that is missing or incomplete, and a pair that cannot be read, is recorded with its reason.

    Args:
        suite: what to measure.
        methods: models and baselines, the first being the one that the report is about.
        root: the folder that holds the benchmark sets.
        protocol: what a number means.
        options: see :class:`Options`.
        journal: finished work, which is not done again.
        progress: who is told how far it is.
        locate: finds a case's pictures; by default in the known layouts.

    Raises:
        DataError: if `root` is no folder or holds nothing of the suite.
        ConfigError: if a metric or its package is missing.
    """
    options, progress = options or Options(), progress or _Silent()
    scorer = Scorer(protocol, tuple(dict.fromkeys((*suite.metrics, *options.metrics))))
    methods = with_unique_names(methods)
    findings = [(case, (locate or _locate)(case, root)) for case in suite.cases]
    if not any(finding.pairs for _, finding in findings):
        reasons = "; ".join(finding.complaint for _, finding in findings[:2])
        raise DataError(f"{root}: holds nothing of suite {suite.name} ({reasons})")
    results = empty_results(suite.name, suite.title, protocol.to_dict(), methods, options.device)
    worker = ChunkRunner(scorer, Journal() if journal is None else journal, options.instruction)
    for case, finding in findings:
        _run_case(case, finding, _rows(suite, methods, case, options), results, worker, options, progress)
    return results


def empty_results(
    suite: str, title: str, protocol: dict[str, Any], methods: Sequence[Method], device: str
) -> Results:
    """Results without numbers: what is about to be measured, where, when and with which versions."""
    return Results(
        suite=suite,
        title=title,
        protocol=protocol,
        machine=machine(device),
        versions=versions(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        methods=[MethodRecord(INPUT, INPUT, reads_text=False), *(_record(method) for method in methods)],
    )


def _locate(case: Case, root: Path) -> Finding:
    return find_set(case.benchmark, root)


def _record(method: Method) -> MethodRecord:
    return MethodRecord(
        method.name, method.kind, method.sha256, method.reads_text, method.parameters, method.precision
    )


def _rows(suite: Suite, methods: Sequence[Method], case: Case, options: Options) -> list[Row]:
    """What to run on `case`: methods that read no text need neither instructions nor repeats."""
    rows = []
    for method in methods:
        if case.task not in method.tasks:
            continue
        if method.reads_text:
            sources: tuple[InstructionSource, ...] = ("plain",) if options.instruction else suite.sources
            repeats = options.repeats or suite.repeats
            rows += [Row(method, source, 1 if source == "plain" else repeats) for source in sources]
        else:
            rows.append(Row(method, "", 1))
    return rows


def _run_case(
    case: Case,
    finding: Finding,
    rows: Sequence[Row],
    results: Results,
    worker: ChunkRunner,
    options: Options,
    progress: SetProgress,
) -> None:
    pairs = finding.pairs[: options.limit]
    record = CaseRecord(
        case.id,
        case.title,
        case.task.value,
        finding.benchmark.expected,
        len(finding.pairs),
        # Results are passed on; where the pictures lie on this machine is nobody else's business.
        finding.complaint_in("the data folder"),
        [Fault(file.path, f"has no {file.lacks}") for file in finding.unpaired],
    )
    results.cases.append(record)
    runs: Mapping[tuple[str, str], Run] = {
        key: Run(case.id, *key) for key in ((INPUT, ""), *((row.method.name, row.source) for row in rows))
    }
    if not pairs:
        return
    progress.start(case, len(pairs))
    for start in range(0, len(pairs), options.batch):
        chunk = pairs[start : start + options.batch]
        worker.run(case, chunk, rows, runs, record.excluded)
        progress.advance(len(chunk))
    for run in runs.values():
        run.images.sort(key=lambda entry: (entry.image, entry.repeat))
    results.runs += [run for run in runs.values() if run.images or run.failed]

"""One evaluation from names to files: loads what is measured, measures, and writes the results."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from instructir.data.benchmarks import Finding
from instructir.errors import ConfigError
from instructir.evaluation import protocols
from instructir.evaluation.methods import load_methods
from instructir.evaluation.render.report import RECORD, write_report
from instructir.evaluation.results import Results, check_json_place, write_results
from instructir.evaluation.runner.evaluate import Options, evaluate
from instructir.evaluation.runner.journal import Journal
from instructir.evaluation.runner.samples import collect
from instructir.evaluation.suites import Case, Suite


@dataclass(frozen=True)
class Request:
    """What the command line asks for.

    Attributes:
        suite: what to measure on.
        data: the folder that holds its sets.
        protocol: name of the protocol; empty for the suite's own.
        models: models of ours; ``none`` measures baselines alone.
        baselines: see :func:`~instructir.evaluation.methods.load_baseline`.
        programs: commands with ``{input}`` and ``{output}``.
        json: where the results go, if anywhere.
        report: folder of the picture report, if any.
        resume: journal of finished work, if any.
        options: how it is run.
        locate: finds the pictures, if not in the known layouts.
    """

    suite: Suite
    data: Path
    protocol: str = ""
    models: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    json: Path | None = None
    report: Path | None = None
    resume: Path | None = None
    options: Options = field(default_factory=Options)
    locate: Callable[[Case, Path], Finding] | None = None


def run_evaluation(request: Request, measured: Callable[[Results], None] = lambda _: None) -> Results:
    """Do what `request` asks for.

    Args:
        request: what to measure, and where the results go.
        measured: called with the results before the report, whose pictures are computed once more.

    Raises:
        InstructIRError: whatever is wrong with the request, the data or the files, in one line.
    """
    _check_places(request)
    protocol = protocols.get_protocol(request.protocol or request.suite.protocol)
    if request.options.ensemble is not None:
        protocol = replace(protocol, ensemble=request.options.ensemble)
    methods = load_methods(
        request.models,
        request.baselines,
        request.programs,
        request.options.device,
        ensemble=protocol.ensemble,
        guard=request.options.guard,
    )
    with Journal(request.resume) as journal, CaseBar() as bar:
        results = evaluate(
            request.suite,
            methods,
            request.data,
            protocol,
            request.options,
            journal=journal,
            progress=bar,
            locate=request.locate,
        )
    if request.json is not None:
        write_results(results, request.json)
    measured(results)
    if request.report is not None:
        samples = collect(results, request.suite, methods, request.data, protocol, request.locate)
        write_report(results, samples, request.report)
    return results


def _check_places(request: Request) -> None:
    """Refuse what could not be written, before hours of work."""
    check_json_place(request.json)
    if request.report is not None and request.report.exists() and not request.report.is_dir():
        raise ConfigError(f"{request.report}: is a file; give --report the name of a folder")
    check_json_place(request.report and request.report / RECORD)


class CaseBar:
    """A bar a case, on standard error; nothing is drawn where that is no terminal."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True))
        self._task: TaskID | None = None

    def __enter__(self) -> "CaseBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def start(self, case: Case, pictures: int) -> None:
        """A case begins."""
        self._task = self._progress.add_task(case.title, total=pictures)

    def advance(self, pictures: int) -> None:
        """So many of its pictures are done."""
        if self._task is not None:
            self._progress.advance(self._task, pictures)

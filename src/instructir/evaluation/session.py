"""One evaluation from names to files: loads what is measured, measures, and writes the results."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from instructir.data.benchmarks import Finding
from instructir.errors import ConfigError, DataError
from instructir.evaluation import protocols
from instructir.evaluation import serialisation as stored
from instructir.evaluation.baselines import load_baseline
from instructir.evaluation.baselines.program import program_method
from instructir.evaluation.journal import Journal
from instructir.evaluation.methods import Method, load_method
from instructir.evaluation.progress import CaseBar
from instructir.evaluation.report import write_report
from instructir.evaluation.report.samples import collect
from instructir.evaluation.results import Results
from instructir.evaluation.runner import Options, evaluate
from instructir.evaluation.suites import Case, Suite

NO_MODEL = "none"


@dataclass(frozen=True)
class Request:
    """What the command line asks for.

    Attributes:
        suite: what to measure on.
        data: the folder that holds its sets.
        protocol: name of the protocol; empty for the suite's own.
        models: models of ours; ``none`` measures baselines alone.
        baselines: see :func:`~instructir.evaluation.baselines.load_baseline`.
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


def run_evaluation(request: Request) -> Results:
    """Do what `request` asks for.

    Raises:
        InstructIRError: whatever is wrong with the request, the data or the files, in one line.
    """
    _check_places(request)
    protocol = protocols.get_protocol(request.protocol or request.suite.protocol)
    methods = load_methods(
        request.models,
        request.baselines,
        request.programs,
        request.options.device,
        ensemble=request.options.ensemble,
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
        stored.write_results(results, request.json)
    if request.report is not None:
        samples = collect(results, request.suite, methods, request.data, protocol, request.locate)
        write_report(results, samples, request.report)
    return results


def load_methods(
    models: tuple[str, ...],
    baselines: tuple[str, ...] = (),
    programs: tuple[str, ...] = (),
    device: str = "auto",
    *,
    ensemble: int = 1,
    guard: bool = False,
) -> list[Method]:
    """Load everything that is to be measured, models first; no model named means the default one.

    Models are measured with `ensemble` runs, and with `guard` as a user gets their results.

    Raises:
        InstructIRError: if anything cannot be loaded.
    """
    from instructir.settings import DEFAULT_MODEL

    methods = [
        load_method(name, device, ensemble=ensemble, guard=guard)
        for name in models or (DEFAULT_MODEL,)
        if name != NO_MODEL
    ]
    for name in baselines:
        methods += load_baseline(name, device)
    return methods + [program_method(command) for command in programs]


def _check_places(request: Request) -> None:
    """Refuse what could not be written, before hours of work."""
    if request.json is not None and request.json.is_dir():
        raise ConfigError(f"{request.json}: is a folder; give --json the name of a file")
    if request.report is not None and request.report.exists() and not request.report.is_dir():
        raise ConfigError(f"{request.report}: is a file; give --report the name of a folder")
    for place in (request.json and request.json.parent, request.report):
        if place is not None:
            try:
                place.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DataError(f"{place}: cannot be made ({error.strerror}); choose another place") from None

"""The pictures of a report: of every case the best, the median and the worst, restored once more."""

from collections.abc import Callable, Sequence
from pathlib import Path

from instructir.data.benchmarks import Finding, PairFiles, find_set
from instructir.errors import DataError
from instructir.evaluation.methods.method import Method, with_unique_names
from instructir.evaluation.pairs import load_pair
from instructir.evaluation.protocols import Protocol
from instructir.evaluation.render.report import Sample, Shown
from instructir.evaluation.results import INPUT, ImageScores, Results, Run
from instructir.evaluation.suites import Case, Suite


def collect(
    results: Results,
    suite: Suite,
    methods: Sequence[Method],
    root: Path,
    protocol: Protocol,
    locate: Callable[[Case, Path], Finding] | None = None,
) -> list[Sample]:
    """Restore the telling pictures of `results` again; arguments as for the evaluation that gave them."""
    by_name = {method.name: method for method in with_unique_names(methods)}
    samples = []
    for case in suite.cases:
        runs = _leading_runs(results, case)
        if not runs:
            continue
        finding = locate(case, root) if locate else find_set(case.benchmark, root)
        files = {pair.name: pair for pair in finding.pairs}
        inputs = results.find(case.id, INPUT)
        before = {entry.image: entry.scores for entry in inputs.images} if inputs else {}
        for rank, entry in pick(runs[0]):
            samples.append(
                _sample(
                    case,
                    files[entry.image],
                    rank,
                    entry,
                    before.get(entry.image, {}),
                    runs,
                    by_name,
                    protocol,
                )
            )
    return samples


def pick(run: Run) -> list[tuple[str, ImageScores]]:
    """The best, median and worst entry of `run` by PSNR, as many as there are different pictures."""
    ordered = sorted((entry for entry in run.images if entry.repeat == 0), key=lambda e: -e.scores["psnr"])
    if not ordered:
        return []
    places = {"best": 0, "worst": len(ordered) - 1, "median": len(ordered) // 2}
    chosen: dict[int, str] = {}
    for rank, place in places.items():
        chosen.setdefault(place, rank)
    return [(rank, ordered[place]) for place, rank in sorted(chosen.items())]


def _leading_runs(results: Results, case: Case) -> list[Run]:
    """One run a method: models first, then baselines, each with instructions of its first source."""
    kinds = {record.name: record.kind for record in results.methods}
    runs: dict[str, Run] = {}
    for run in results.runs:
        if run.case == case.id and run.method != INPUT and run.images:
            runs.setdefault(run.method, run)
    return sorted(runs.values(), key=lambda run: kinds.get(run.method) != "model")


def _sample(
    case: Case,
    files: PairFiles,
    rank: str,
    entry: ImageScores,
    before: dict[str, float],
    runs: Sequence[Run],
    methods: dict[str, Method],
    protocol: Protocol,
) -> Sample:
    pair = load_pair(files, case.benchmark, case.sigma, protocol)
    outputs = []
    for run in runs:
        scored = next((e for e in run.images if e.image == entry.image and e.repeat == 0), None)
        if scored is None:
            continue
        restored = methods[run.method].restore(pair.input[None], scored.instruction)[0]
        if restored.shape != pair.input.shape:
            raise DataError(f"{run.method}: gave another size for {files.name} than when it was measured")
        outputs.append(Shown(run.method, restored.float().cpu(), scored.scores))
    return Sample(
        case.id,
        entry.image,
        rank,
        entry.instruction,
        Shown("Input", pair.input, before),
        tuple(outputs),
        Shown("Reference", pair.target, {}),
    )

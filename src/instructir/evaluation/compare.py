"""Two results, picture by picture: is one better, and how sure is that?"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from instructir.errors import DataError
from instructir.evaluation.metrics import METRICS
from instructir.evaluation.results import INPUT, Results, Run

if TYPE_CHECKING:
    from rich.console import RenderableType

_RESAMPLES = 10_000
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """B minus A on one case.

    Attributes:
        case: id of the case.
        metric: name of the metric.
        count: pictures that both measured.
        a: mean of A over them.
        b: mean of B over them.
        mean: mean of the paired differences.
        low: lower end of the confidence interval of that mean.
        high: its upper end.
        wins: fraction of the pictures on which B is better.
    """

    case: str
    metric: str
    count: int
    a: float
    b: float
    mean: float
    low: float
    high: float
    wins: float

    @property
    def verdict(self) -> str:
        """Which is better, or that the interval does not tell."""
        if self.low <= 0 <= self.high:
            return "not distinguishable"
        return "B" if (self.mean > 0) == METRICS[self.metric].higher_is_better else "A"


def compare(
    a: Results,
    b: Results,
    metric: str = "psnr",
    *,
    method_a: str = "",
    method_b: str = "",
    resamples: int = _RESAMPLES,
) -> list[Difference]:
    """Paired differences on every case that both measured under the same protocol.

    The interval is the percentile bootstrap over pictures (Efron and Tibshirani, 1993, chapter 13) with a
    fixed seed. It speaks of other pictures of the same kind, not of another training run.

    Args:
        a: results of one run.
        b: results of another.
        metric: name of a metric that both have.
        method_a: whose scores to take from `a`; by default its first model.
        method_b: the same for `b`.
        resamples: number of bootstrap samples.

    Raises:
        DataError: if the protocols differ, a method is not there, or nothing was measured by both.
    """
    if metric not in METRICS:
        raise DataError(f"unknown metric {metric!r}: use one of {', '.join(METRICS)}")
    if a.protocol != b.protocol:
        names = f"{a.protocol.get('name')} and {b.protocol.get('name')}"
        raise DataError(f"the two were measured under different protocols ({names}): run one of them again")
    scores_a = _scores(a, method_a or _first_model(a), metric)
    scores_b = _scores(b, method_b or _first_model(b), metric)
    differences = [
        _difference(case, metric, scores_a[case], scores_b[case], resamples)
        for case in scores_a
        if case in scores_b
    ]
    found = [difference for difference in differences if difference is not None]
    if not found:
        raise DataError(f"the two have no picture in common for {metric}: evaluate both on the same suite")
    return found


def comparison_text(differences: Sequence[Difference]) -> "RenderableType":
    """The comparison for a rich console."""
    from rich.table import Table

    metric = METRICS[differences[0].metric]
    caption = f"{_CONFIDENCE:.0%} bootstrap interval of the mean paired difference over pictures."
    drawn = Table(title=f"{metric.title}: B minus A", caption=caption, caption_justify="left")
    for heading in ("Set", "Pictures", "A", "B", "B - A", "Interval", "B better on", "Better"):
        words = heading in ("Set", "Better")  # which may take several lines, whole
        drawn.add_column(heading, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    for row in differences:
        means = (f"{value:.{metric.decimals}f}" for value in (row.a, row.b))
        interval = " to ".join(f"{value:+.{metric.decimals + 1}f}" for value in (row.low, row.high))
        change = f"{row.mean:+.{metric.decimals + 1}f}"
        drawn.add_row(row.case, str(row.count), *means, change, interval, f"{row.wins:.0%}", row.verdict)
    return drawn


def bootstrap_interval(
    differences: NDArray[np.float64], resamples: int = _RESAMPLES, confidence: float = _CONFIDENCE
) -> tuple[float, float]:
    """Percentile interval of the mean of `differences` (N,), resampled with a fixed seed."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(differences), size=(resamples, len(differences)))
    means = differences[drawn].mean(axis=1)
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def _first_model(results: Results) -> str:
    for record in results.methods:
        if record.kind == "model":
            return record.name
    return next((record.name for record in results.methods if record.name != INPUT), INPUT)


def _scores(results: Results, method: str, metric: str) -> dict[str, dict[str, float]]:
    """Score by case (and source of instructions, if not the plain one) and picture, averaged over repeats."""
    if method not in {record.name for record in results.methods}:
        known = ", ".join(record.name for record in results.methods)
        raise DataError(f"no method {method!r} in these results: name one of {known}")
    cases: dict[str, dict[str, float]] = {}
    for run in results.runs:
        if run.method == method:
            label = run.case if run.source in ("", "plain") else f"{run.case}, {run.source}"
            cases[label] = _by_picture(run, metric)
    return cases


def _by_picture(run: Run, metric: str) -> dict[str, float]:
    values: dict[str, list[float]] = {}
    for entry in run.images:
        if metric in entry.scores:
            values.setdefault(entry.image, []).append(entry.scores[metric])
    return {image: fmean(drawn) for image, drawn in values.items()}


def _difference(
    case: str, metric: str, a: dict[str, float], b: dict[str, float], resamples: int
) -> Difference | None:
    shared = sorted(a.keys() & b.keys())
    if not shared:
        return None
    before, after = (np.array([side[image] for image in shared]) for side in (a, b))
    differences = after - before
    low, high = bootstrap_interval(differences, resamples)
    better = float(np.mean(differences > 0 if METRICS[metric].higher_is_better else differences < 0))
    a_mean, b_mean, mean = (float(values.mean()) for values in (before, after, differences))
    return Difference(case, metric, len(shared), a_mean, b_mean, mean, low, high, better)

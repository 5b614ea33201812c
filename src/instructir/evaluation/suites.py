"""Suites: which sets are measured together, with which words, as in the paper's tables."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Literal

from instructir.data.benchmarks import (
    SCENE,
    STEM,
    Benchmark,
    Finding,
    FolderLayout,
    PairFiles,
    Side,
    find_set,
)
from instructir.data.manifest import get_benchmark
from instructir.errors import ConfigError, DataError
from instructir.tasks import Task

InstructionSource = Literal["", "plain", "precise", "ambiguous", "real_users"]
"""Where the instructions come from: nowhere, the plain sentence of the task, or a held-out list."""
SIGMA = "\N{GREEK SMALL LETTER SIGMA}"


@dataclass(frozen=True)
class Case:
    """One column of a table: a benchmark, for denoising at one noise level.

    Attributes:
        benchmark: the set.
        sigma: standard deviation of the noise on the 8-bit scale, or None.
    """

    benchmark: Benchmark
    sigma: float | None = None

    @property
    def id(self) -> str:
        """Key in results and published tables, such as ``CBSD68-25`` or ``GoPro``."""
        return self.benchmark.name if self.sigma is None else f"{self.benchmark.name}-{self.sigma:g}"

    @property
    def title(self) -> str:
        """Heading of the column."""
        return (
            self.benchmark.title if self.sigma is None else f"{self.benchmark.title} {SIGMA}={self.sigma:g}"
        )

    @property
    def task(self) -> Task:
        """What is restored."""
        return self.benchmark.task


@dataclass(frozen=True)
class Suite:
    """A table.

    Attributes:
        name: word of the command line.
        title: heading.
        cases: columns.
        sources: sources of the instructions; each makes its own row.
        repeats: evaluations with freshly drawn instructions, averaged (paper, table 4: ten); the plain
            sentence is one and is not drawn.
        average: how the last column averages the cases: each alike, first within each task, or not at all.
        metrics: optional metrics that belong to it.
        protocol: what its numbers mean unless another is asked for: that of published rows.
        hint: what to run it with, where that is not plain.
    """

    name: str
    title: str
    cases: tuple[Case, ...]
    sources: tuple[InstructionSource, ...] = ("plain",)
    repeats: int = 1
    average: Literal["cases", "tasks", ""] = ""
    metrics: tuple[str, ...] = ()
    protocol: str = "reference"
    hint: str = ""

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of its cases, each once."""
        return tuple(dict.fromkeys(case.task for case in self.cases))


def _cases(names: Iterable[str]) -> tuple[Case, ...]:
    cases = []
    for name in names:
        set_name, _, sigma = name.partition("@")
        cases.append(Case(get_benchmark(set_name), float(sigma) if sigma else None))
    return tuple(cases)


_FIVE = _cases(["Rain100L", "SOTS-outdoor", "CBSD68@25", "GoPro", "LOL"])
_FOUR = _cases(["Rain100L", "CBSD68@25", "GoPro", "LOL"])
_LOCAL = _cases(
    [
        *(
            "CBSD68@15",
            "CBSD68@25",
            "CBSD68@50",
            "GoPro",
            "Rain100L",
            "Rain100H",
            "SOTS-outdoor",
            "SOTS-indoor",
        ),
        *("SICE-low", "Set5-x4", "Set14-x4", "FiveK", "SICE-over"),
    ]
)

SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite("table2", "Five tasks (paper, table 2)", _FIVE, average="cases"),
        Suite(
            "table3",
            "Three tasks, three noise levels (paper, table 3)",
            _cases(["SOTS-outdoor", "Rain100L", "CBSD68@15", "CBSD68@25", "CBSD68@50"]),
            average="cases",
        ),
        Suite(
            "table4",
            "Language levels (paper, table 4)",
            _FOUR,
            sources=("precise", "ambiguous", "real_users"),
            repeats=10,
        ),
        Suite("table5", "Photo enhancement (paper, table 5)", _cases(["FiveK"]), metrics=("delta_e",)),
        Suite(
            "table6",
            "From three to seven tasks (paper, table 6)",
            _FOUR,
            hint="give one --model for each variant, 3D to 7D",
        ),
        Suite("table7", "Low light (paper, table 7)", _cases(["LOL"])),
        Suite(
            "table8",
            "Sentence encoders (paper, table 8)",
            _FOUR,
            hint="give one --model for each encoder that a head was trained on",
        ),
        Suite(
            "table9",
            "Denoising (paper, table 9)",
            _cases(f"{name}@{sigma}" for name in ("CBSD68", "Urban100", "Kodak24") for sigma in (15, 25, 50)),
        ),
        Suite("table10", "Deblurring and dehazing (paper, table 10)", _cases(["GoPro", "SOTS-outdoor"])),
        Suite("local", "Seven tasks, small sets", _LOCAL, average="tasks", protocol="strict"),
        Suite(
            "wordings",
            "Twelve sentences a task beside the plain one",
            _cases(
                [
                    "CBSD68@25",
                    "GoPro",
                    "Rain100H",
                    "SOTS-indoor",
                    "SICE-low",
                    "Set14-x4",
                    "FiveK",
                    "SICE-over",
                ]
            ),
            sources=("plain", "precise", "real_users"),
            repeats=6,
            average="tasks",
            protocol="strict",
        ),
        Suite(
            "real",
            "Real pairs",
            _cases(
                [
                    *("SICE-low", "SICE-over", "FiveK", "SOTS-indoor", "SOTS-outdoor", "GoPro"),
                    *("PolyU-kept", "REDS-kept"),
                ]
            ),
            average="cases",
            protocol="strict",
        ),
    )
}
"""All suites that need pictures, by name."""
ALIASES = {"seven": "local"}


def get_suite(name: str) -> Suite:
    """The suite called `name`.

    Raises:
        ConfigError: if there is none.
    """
    suite = SUITES.get(ALIASES.get(name, name))
    if suite is None:
        known = ", ".join([*SUITES, *ALIASES, "folder", "efficiency"])
        raise ConfigError(f"unknown suite {name!r}: use one of {known}")
    return suite


def folder_pairs(
    root: Path, target: str, degraded: str | None, task: Task, *, sigma: float | None = None, scale: int = 1
) -> tuple[Suite, Callable[[Case, Path], Finding]]:
    """A suite of the pairs in two sub-folders of `root`, and what finds them for the evaluation.

    Pairs have one stem; where none has, an input may add a variant after an underscore (``0001_0.8.png``).

    Args:
        root: the folder.
        target: sub-folder of the references.
        degraded: sub-folder of the inputs; None adds noise to the references.
        task: what is to be restored.
        sigma: the noise to add, on the 8-bit scale; only without inputs.
        scale: how much smaller the inputs are than their references.

    Raises:
        ConfigError: if neither inputs nor a noise level are given, or both, or a number is none that can be.
        DataError: if nothing is found.
    """
    if (degraded is None) == (sigma is None):
        raise ConfigError(
            "give either --input, the folder of the degraded pictures, or --sigma, the noise to add"
        )
    if sigma is not None and not 0 < sigma < inf:
        raise ConfigError(f"--sigma {sigma:g}: give a noise level above 0, on the 8-bit scale, such as 25")
    if scale < 1 or (scale > 1 and degraded is None):
        raise ConfigError(f"--scale {scale}: give how many times smaller the pictures of --input are")
    for given in (target, degraded):
        if given is not None and (not given or Path(given).is_absolute()):
            raise ConfigError(f"{given!r}: give --input and --target as folders below --data")
    layouts = tuple(
        FolderLayout(Side(f"{target}/*", key), None if degraded is None else Side(f"{degraded}/*", key))
        for key in (STEM, SCENE)
    )
    name = root.resolve().name or "folder"
    benchmark = Benchmark(name, name, task, 1, (name,), layouts, "pair them by file stem", scale=scale)
    finding = find_set(benchmark, root)
    if not finding.pairs:
        for given in (degraded, target):
            if given is not None and not (root / given).is_dir():
                raise DataError(f"{root / given}: no such folder; give --input and --target below --data")
        wanted = " and ".join(f"{root / folder}" for folder in (degraded, target) if folder is not None)
        raise DataError(
            f"{wanted}: no pictures that pair by file stem; give --input and --target below --data"
        )
    _check_scale(finding.pairs[0], scale)
    benchmark = replace(benchmark, expected=len(finding.pairs) + len(finding.unpaired))
    found = replace(finding, benchmark=benchmark)
    suite = Suite("folder", benchmark.title, (Case(benchmark, sigma),), protocol="strict")
    return suite, lambda _case, _root: found


def _check_scale(pair: PairFiles, scale: int) -> None:
    """Refuse inputs that are said to be smaller and are not; the suites' own sets may have them enlarged."""
    from instructir.data.pictures import decode_file

    if scale == 1 or pair.input is None:
        return
    try:
        same = decode_file(pair.input).shape[:2] == decode_file(pair.target).shape[:2]
    except DataError:  # which the evaluation names, and goes on
        return
    if same:
        raise ConfigError(f"--scale {scale}: {pair.input} is of its reference's size; leave --scale out")

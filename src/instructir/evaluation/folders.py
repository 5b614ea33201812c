"""Any folder of pairs as a suite of one set."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from instructir.data.benchmarks import SCENE, STEM, Benchmark, Finding, FolderLayout, Side, find_set
from instructir.errors import ConfigError, DataError
from instructir.evaluation.suites import Case, Suite, folder_suite
from instructir.tasks import Task


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
        ConfigError: if neither inputs nor a noise level are given, or both.
        DataError: if nothing is found.
    """
    if (degraded is None) == (sigma is None):
        raise ConfigError(
            "give either --input, the folder of the degraded pictures, or --sigma, the noise to add"
        )
    layouts = tuple(
        FolderLayout(Side(f"{target}/*", key), None if degraded is None else Side(f"{degraded}/*", key))
        for key in (STEM, SCENE)
    )
    name = root.resolve().name or "folder"
    benchmark = Benchmark(name, name, task, 1, (name,), layouts, "pair them by file stem", scale=scale)
    finding = find_set(benchmark, root)
    if not finding.pairs:
        wanted = " and ".join(f"{root / folder}" for folder in (degraded, target) if folder is not None)
        raise DataError(
            f"{wanted}: no pictures that pair by file stem; give --input and --target below --data"
        )
    benchmark = replace(benchmark, expected=len(finding.pairs) + len(finding.unpaired))
    found = replace(finding, benchmark=benchmark)
    return folder_suite(benchmark, sigma), lambda _case, _root: found

"""Some pictures of a case: read, restored by every method, scored, unless the journal has them already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch

from instructir.data.benchmarks import PairFiles
from instructir.errors import DataError
from instructir.evaluation.heldout import choose
from instructir.evaluation.methods.method import Method
from instructir.evaluation.pairs import Pair, digest, load_pair
from instructir.evaluation.results import INPUT, Fault, ImageScores, Run
from instructir.evaluation.runner.journal import Journal, work_key
from instructir.evaluation.scoring import Scorer, Scores
from instructir.evaluation.suites import Case, InstructionSource

Runs = Mapping[tuple[str, str], Run]
"""Runs of one case by method and source of instructions."""


class Row(NamedTuple):
    """A method with one source of instructions (empty for none), and how often they are drawn."""

    method: Method
    source: InstructionSource
    repeats: int


@dataclass(frozen=True)
class _Job:
    """One score that is wanted: one method, one instruction, one picture."""

    key: str
    method: Method | None
    run: Run
    instruction: str = ""
    repeat: int = 0


@dataclass
class _Picture:
    """A pair and the jobs that are still to be done on it."""

    files: PairFiles
    jobs: list[_Job]
    pair: Pair | None = None
    open: list[_Job] = field(default_factory=list)


class ChunkRunner:
    """Does the work of one evaluation, chunk by chunk."""

    def __init__(self, scorer: Scorer, journal: Journal, instruction: str = "") -> None:
        self._scorer = scorer
        self._journal = journal
        self._instruction = instruction

    def run(
        self, case: Case, chunk: Iterable[PairFiles], rows: Sequence[Row], runs: Runs, excluded: list[Fault]
    ) -> None:
        """Measure every picture of `chunk` with every row, into `runs`; unreadable pairs go to `excluded`."""
        prepared = [self._prepare(case, files, rows, runs, excluded) for files in chunk]
        ready = [picture for picture in prepared if picture is not None]
        for picture in ready:
            for job in picture.jobs:
                known = self._journal.get(job.key)
                if known is not None:
                    _note(picture, job, known)
        for group in _groups(ready):
            self._restore(case, group)

    def _prepare(
        self, case: Case, files: PairFiles, rows: Sequence[Row], runs: Runs, excluded: list[Fault]
    ) -> _Picture | None:
        try:
            return self._read(case, files, rows, runs)
        except DataError as error:
            excluded.append(Fault(files.name, str(error)))
            return None

    def _read(self, case: Case, files: PairFiles, rows: Sequence[Row], runs: Runs) -> _Picture:
        """Read the pair if anything is to be done on it, and score its input."""
        jobs = self._jobs(case, files, rows, runs)
        picture = _Picture(files, jobs, open=[job for job in jobs if self._journal.get(job.key) is None])
        if not picture.open:
            return picture
        protocol = self._scorer.protocol
        picture.pair = pair = load_pair(files, case.benchmark, case.sigma, protocol)
        first = jobs[0]
        if first in picture.open:
            picture.open.remove(first)
            self._journal.add(first.key, self._scorer.score(pair.input, pair.target, case.task))
        return picture

    def _jobs(self, case: Case, files: PairFiles, rows: Sequence[Row], runs: Runs) -> list[_Job]:
        """All jobs on a picture; the first is the score of its input."""
        same = {
            "case": case.id,
            "image": files.name,
            "pixels": digest(files),
            "scale": (case.benchmark.scale, case.benchmark.border),
            "protocol": self._scorer.protocol.to_dict(),
            "metrics": self._scorer.optional,
        }
        jobs = [_Job(work_key(**same), None, runs[INPUT, ""])]
        for method, source, repeats in rows:
            for repeat in range(repeats):
                text = self._text(case, method, source, files.name, repeat)
                key = work_key(**same, method=method.sha256, precision=method.precision, instruction=text)
                jobs.append(_Job(key, method, runs[method.name, source], text, repeat))
        return jobs

    def _text(self, case: Case, method: Method, source: InstructionSource, image: str, repeat: int) -> str:
        if not method.reads_text:
            return ""
        return self._instruction or choose(case.task, source, image, repeat)

    def _restore(self, case: Case, group: list[tuple[_Picture, _Job]]) -> None:
        """Run one method once on pictures of one size with one instruction."""
        method, text = group[0][1].method, group[0][1].instruction
        pairs = [picture.pair for picture, _ in group if picture.pair is not None]
        if method is None:
            return
        try:
            restored = method.restore(torch.stack([pair.input for pair in pairs]), text)
        except DataError as error:
            if len(group) > 1:
                for one in group:
                    self._restore(case, [one])
            else:
                group[0][1].run.failed.append(Fault(group[0][0].files.name, str(error)))
            return
        for (picture, job), pair, output in zip(group, pairs, restored, strict=True):
            try:
                scores = self._scorer.score(output.float().cpu(), pair.target, case.task)
            except DataError as error:
                job.run.failed.append(Fault(picture.files.name, str(error)))
                continue
            self._journal.add(job.key, scores)
            _note(picture, job, scores)


def _note(picture: _Picture, job: _Job, scores: Scores) -> None:
    job.run.images.append(ImageScores(picture.files.name, scores, job.instruction, job.repeat))


def _groups(pictures: Iterable[_Picture]) -> Iterable[list[tuple[_Picture, _Job]]]:
    """Open jobs that one call can do: the same method, instruction and size."""
    groups: dict[tuple[object, ...], list[tuple[_Picture, _Job]]] = {}
    for picture in pictures:
        if picture.pair is None:
            continue
        for job in picture.open:
            # The same sentence may be drawn twice for a picture; its repeats stay apart, as batch entries do.
            key = (id(job.run), job.method and job.method.sha256, job.instruction, picture.pair.input.shape)
            groups.setdefault(key, []).append((picture, job))
    return groups.values()

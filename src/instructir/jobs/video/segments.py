"""Finished frames of a video in files of a few, so that an interrupted run goes on where it stopped."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from instructir.jobs.video.coding import Coding
from instructir.jobs.video.encoders import add_encoder
from instructir.jobs.video.library import library
from instructir.jobs.video.pixels import coded


class SegmentWriter:
    """Codes frames into a file, which has its name only when it is complete."""

    def __init__(self, path: Path, coding: Coding) -> None:
        """Open it under another name."""
        self._path, self._coding = path, coding
        self._part = path.with_suffix(".part")
        # Exact times need exact lists of edits, which MOV holds in units of its own.
        options = {"movie_timescale": str(coding.time_base.denominator)}
        self._output = library().open(
            str(self._part), "w", format=coding.container, container_options=options
        )
        self._stream = add_encoder(self._output, coding)

    def __enter__(self) -> "SegmentWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._output.mux(self._stream.encode(None))
        finally:
            self._output.close()
        if kind is None:
            with self._part.open("rb+") as stream:
                os.fsync(stream.fileno())
            self._part.replace(self._path)

    def write(self, carrier: Any, time: int) -> None:
        """Code a frame in RGB, shown at `time` in the coding's unit."""
        self._output.mux(self._stream.encode(coded(carrier, self._coding, time)))


def segment_path(folder: Path, number: int, coding: Coding) -> Path:
    """Where a segment is."""
    return folder / f"{number:09}.{coding.container}"


def finished(folder: Path, coding: Coding) -> Iterator[Path]:
    """Finished segments in order, without a gap."""
    for number in range(10**9):
        path = segment_path(folder, number, coding)
        if not path.exists():
            return
        yield path

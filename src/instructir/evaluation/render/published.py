"""Rows that others published, stored as data with their source, to stand over ours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("published.json")
AVERAGE = "average"


@dataclass(frozen=True)
class PublishedRow:
    """One row of a published table.

    Attributes:
        name: the method, as printed there.
        scores: values by metric name, by case id; the key ``average`` is the row's printed average.
        parameters: in millions, where printed.
        macs: in 10^9 multiply-adds, where printed.
    """

    name: str
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    parameters: float | None = None
    macs: float | None = None


@dataclass(frozen=True)
class PublishedTable:
    """A published table.

    Attributes:
        source: where it is printed.
        rows: in its order.
        note: what a reader must know to compare.
        note_if_whole: what he may know besides where every set that it has was measured whole.
        columns: ids of the cases that it has.
    """

    source: str
    rows: tuple[PublishedRow, ...]
    note: str = ""
    note_if_whole: str = ""
    columns: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def tables() -> dict[str, PublishedTable]:
    """The published tables by suite name."""
    stored = json.loads(_DATA.read_text("utf-8"))
    return {
        name: PublishedTable(
            table["source"],
            tuple(_row(row, table["columns"]) for row in table["rows"]),
            table.get("note", ""),
            table.get("note_if_whole", ""),
            tuple(table["columns"]),
        )
        for name, table in stored.items()
    }


def _row(row: dict[str, Any], columns: list[str]) -> PublishedRow:
    """A stored row lists one entry a column: ``[PSNR, SSIM, ...]``, or null where nothing is printed."""
    scores = {
        column: dict(zip(("psnr", "ssim", "delta_e"), entry, strict=False))
        for column, entry in zip(columns, row["values"], strict=True)
        if entry is not None
    }
    return PublishedRow(row["name"], scores, row.get("parameters"), row.get("macs"))

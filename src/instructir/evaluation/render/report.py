"""The picture report: one page that holds everything, beside the same numbers as JSON and CSV."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.errors import DataError
from instructir.evaluation.metrics import METRICS
from instructir.evaluation.render.documents import provenance
from instructir.evaluation.render.layout import layout_tables
from instructir.evaluation.render.plots import Strip, distribution
from instructir.evaluation.render.tables import NOTHING
from instructir.evaluation.render.text import per_image_csv
from instructir.evaluation.results import INPUT, CaseRecord, Results, Run, write_results
from instructir.extras import require

_PAGE, RECORD, _CSV = "index.html", "results.json", "scores.csv"
_LONGEST = 800
"""Longest side of a picture in the report, in pixels."""
_CROP = 96
"""Side of the crop that is shown magnified, in pixels."""
_QUALITY = 86


@dataclass(frozen=True)
class Shown:
    """One version of a picture: what made it, its pixels (3, H, W), its scores (none for the reference)."""

    name: str
    pixels: Tensor
    scores: dict[str, float]


@dataclass(frozen=True)
class Sample:
    """One picture of a case, in all its versions.

    Attributes:
        case: id of the case.
        image: name of the picture.
        rank: ``best``, ``median`` or ``worst``, by the PSNR of the first method.
        instruction: the sentence that was given.
        before: the input.
        outputs: what each method made of it, the first method first.
        reference: what it should be.
    """

    case: str
    image: str
    rank: str
    instruction: str
    before: Shown
    outputs: tuple[Shown, ...]
    reference: Shown

    @property
    def versions(self) -> tuple[Shown, ...]:
        """All of them, the input first and the reference last."""
        return (self.before, *self.outputs, self.reference)

    @property
    def window(self) -> tuple[slice, slice, slice]:
        """What of each version is shown magnified."""
        return (slice(None), *telling_crop(self.reference.pixels))


def write_report(results: Results, samples: Sequence[Sample], folder: Path) -> Path:
    """Write ``index.html``, ``results.json`` and ``scores.csv`` to `folder`, and return the page's path.

    The page fetches nothing: style, script, plots and pictures are inside it.

    Raises:
        DataError: if the folder cannot be written.
        ConfigError: if jinja2 is not installed.
    """
    page = _page(results, samples)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _CSV).write_text(per_image_csv(results), "utf-8")
        (folder / _PAGE).write_text(page, "utf-8")
    except OSError as error:
        raise DataError(
            f"{folder}: the report cannot be written ({error.strerror}); choose another place"
        ) from None
    write_results(results, folder / RECORD)
    return folder / _PAGE


def _page(results: Results, samples: Sequence[Sample]) -> str:
    jinja2 = require("jinja2", "instructir[evaluate]", "the picture report")
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["data_uri"] = _data_uri
    page: str = templates.get_template("report.html").render(
        title=results.title,
        protocol=results.protocol,
        provenance=provenance(results),
        json=RECORD,
        csv=_CSV,
        tables=layout_tables(results),
        cases=[_case(results, case, samples) for case in results.cases],
        unit=METRICS["psnr"].title,
        crop=_CROP,
    )
    return page


def _case(results: Results, case: CaseRecord, samples: Sequence[Sample]) -> dict[str, Any]:
    """What the page says of a case; its state is empty where nothing was measured."""
    runs = [run for run in results.runs if run.case == case.id and run.images]
    kinds = {record.name: record.kind for record in results.methods}
    found = {
        "anchor": case.id.lower().replace(" ", "-"),
        "title": case.title,
        "note": case.note or "Nothing could be measured.",
        "state": "",
        "samples": [sample for sample in samples if sample.case == case.id],
        "plot": distribution(
            [Strip(_label(run), kinds.get(run.method, "model"), _psnr(run)) for run in runs]
        ),
    }
    if runs:
        counted = f"{max(run.count for run in runs)} of {case.expected} pictures"
        found["state"] = f"{case.task.replace('_', ' ')}, {counted}, protocol {results.protocol['name']}"
    return found


def _label(run: Run) -> str:
    name = NOTHING if run.method == INPUT else run.method
    return f"{name}, {run.source}" if run.source not in ("", "plain") else name


def _psnr(run: Run) -> list[float]:
    return [entry.scores["psnr"] for entry in run.images]


def _data_uri(pixels: Tensor, *, lossless: bool = False) -> str:
    """A picture (3, H, W), clamped to [0, 1], as a WebP data URI; large ones are shrunk unless `lossless`."""
    from PIL import Image

    stored = (pixels.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
    picture = Image.fromarray(stored)
    if not lossless:
        picture.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    picture.save(stream, "WEBP", lossless=lossless, quality=_QUALITY, method=4)
    return f"data:image/webp;base64,{base64.b64encode(stream.getvalue()).decode()}"


def telling_crop(target: Tensor, side: int = _CROP) -> tuple[slice, slice]:
    """Rows and columns of the most detailed square of a reference (3, H, W), where restoration is hardest."""
    height, width = (min(side, length) for length in target.shape[1:])
    grey = target.mean(0, keepdim=True)[None]
    down = F.pad((grey[..., 1:, :] - grey[..., :-1, :]).abs(), (0, 0, 0, 1))
    right = F.pad((grey[..., 1:] - grey[..., :-1]).abs(), (0, 1))
    energy = F.avg_pool2d(down + right, (height, width), stride=1)[0, 0]
    place = int(energy.argmax())
    top, left = divmod(place, energy.shape[1])
    return slice(top, top + height), slice(left, left + width)

"""The picture report: one page that holds everything, beside the same numbers as JSON and CSV."""

from collections.abc import Sequence
from pathlib import Path

from instructir.errors import DataError
from instructir.evaluation import serialisation as stored
from instructir.evaluation.render import per_image_csv
from instructir.evaluation.report.page import page
from instructir.evaluation.report.samples import Sample
from instructir.evaluation.results import Results

PAGE, JSON, CSV = "index.html", "results.json", "scores.csv"


def write_report(results: Results, samples: Sequence[Sample], folder: Path) -> Path:
    """Write ``index.html``, ``results.json`` and ``scores.csv`` to `folder`, and return the page's path.

    The page fetches nothing: style, script, plots and pictures are inside it.

    Raises:
        DataError: if the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CSV).write_text(per_image_csv(results), "utf-8")
        (folder / PAGE).write_text(page(results, samples), "utf-8")
    except OSError as error:
        raise DataError(
            f"{folder}: the report cannot be written ({error.strerror}); choose another place"
        ) from None
    stored.write_results(results, folder / JSON)
    return folder / PAGE

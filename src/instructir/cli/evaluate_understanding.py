"""``instructir evaluate planner``, ``diagnosis`` and ``composites``: understanding instead of restoring."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from instructir.settings import DEFAULT_MODEL

_Data = Annotated[Path, typer.Option(help="Folder that holds the benchmark sets.", show_default=False)]
_Json = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
_Document = Annotated[
    Path | None, typer.Option(help="With --json: render the measured blocks of this document anew.")
]
_Limit = Annotated[int | None, typer.Option(max=10**9, help="Only so many photos.")]


def planner(
    json: _Json = None,
    document: _Document = None,
    time: Annotated[bool, typer.Option("--time", help="Also time the planning of sentences.")] = False,
) -> None:
    """How well instructions are understood, on the held-out lists."""
    from instructir.evaluation.understanding import planner as measuring

    _check(json, document)
    figures = measuring.measure_planner()
    if time:
        figures["time"] = measuring.time_planning()
    _show("planner", figures, json, document)


def diagnosis(data: _Data, json: _Json = None, document: _Document = None, limit: _Limit = None) -> None:
    """How well faults are seen where no instruction names them."""
    from instructir.evaluation.understanding.blind import measure_blind

    _check(json, document)
    _show("diagnosis", measure_blind(data, limit), json, document)


def composites(
    data: _Data,
    json: _Json = None,
    document: _Document = None,
    limit: Annotated[int, typer.Option(max=10**9, help="Photos a row.")] = 20,
    model: Annotated[
        str, typer.Option(help="Model: its name, file or folder, or hub:ORG/REPO.")
    ] = DEFAULT_MODEL,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
) -> None:
    """One to three faults in a picture: one sentence for all, the best for one, and no words."""
    from instructir.evaluation.understanding.composites import measure_composites
    from instructir.restoration.restorer import Restorer
    from instructir.settings import Settings

    _check(json, document)
    restorer = Restorer.load(Settings(model, device, experts="off"))
    _show("composites", measure_composites(restorer, data, limit), json, document)


def _check(json: Path | None, document: Path | None) -> None:
    from instructir.errors import ConfigError
    from instructir.evaluation.results import check_json_place

    if json is None and document is not None:
        raise ConfigError("--document shows what --json holds: give --json too")
    check_json_place(json)


def _show(name: str, figures: Mapping[str, Any], json: Path | None, document: Path | None) -> None:
    from instructir.evaluation.render.documents import update_documents
    from instructir.evaluation.render.figures import RENDERERS, write_figures

    typer.echo(RENDERERS[name](figures))
    if json is not None:
        write_figures(name, figures, json)
        if document is not None:
            update_documents(document, json.parent)

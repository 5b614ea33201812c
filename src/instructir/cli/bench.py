"""``instructir bench``: what each runtime and precision costs on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from instructir.errors import ConfigError

if TYPE_CHECKING:
    from instructir.inference.bench import Measurement


def bench(
    configurations: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUNTIME:PRECISION]...", help="Such as openvino:bf16; by default, all but compiled."
        ),
    ] = None,
    model: Annotated[
        str, typer.Option(help="NAME, FILE, DIR, hub:ORG/REPO, or paper: its size, random.")
    ] = "paper",
    size: Annotated[str, typer.Option(help="Width and height in pixels, such as 1920x1080.")] = "512x512",
    runs: Annotated[
        int, typer.Option(min=1, max=10_000, help="How often one picture is timed; the median counts.")
    ] = 3,
    pictures: Annotated[
        int, typer.Option(min=0, max=10_000, help="Pictures in the batch; 0 leaves it out.")
    ] = 4,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:N or mps.")] = "cpu",
    task: Annotated[str, typer.Option(help="With the weights of this task, of a routed model.")] = "",
    output: Annotated[
        Path | None, typer.Option("--json", help="Also write the figures to this file.")
    ] = None,
) -> None:
    """Measure latency, throughput, start-up and peak memory, as ratios to the plain network in float32."""
    from rich.console import Console

    from instructir.environment import find_device
    from instructir.evaluation.results import check_json_place
    from instructir.inference.bench import DEFAULT, PLAIN, measure_apart

    extent = _size(size)
    find_device(device)
    check_json_place(output)
    baseline = f"{PLAIN}:fp32"
    asked = [baseline, *(configurations or ())]
    names = list(dict.fromkeys([baseline, *(configurations or DEFAULT)]))
    console, found = Console(stderr=True), []
    for name in names:
        with console.status(f"measuring {name}"):
            try:
                found.append(
                    measure_apart(name, model, extent, runs=runs, pictures=pictures, device=device, task=task)
                )
            except ConfigError as error:
                if name in asked:
                    raise
                console.print(f"{name}: {error}", highlight=False)
    _report(found, model, output)


def _report(found: "list[Measurement]", model: str, output: Path | None) -> None:
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    from instructir.environment import machine, versions
    from instructir.evaluation.results import write_json

    place, plain = machine(), found[0]
    title = f"{model}, {plain.width}x{plain.height}"
    table = Table("Runtime", "One picture", "Cores' time", "Batch, each", "Peak memory", "Start", title=title)
    for one in found:
        table.add_row(
            f"{one.runtime} {one.precision}",
            f"{one.latency:.2f} s  {plain.latency / one.latency:.1f}x",
            f"{one.processor:.2f} s  {plain.processor / one.processor:.1f}x",
            ""
            if one.batch is None or plain.batch is None
            else f"{one.batch:.2f} s  {plain.batch / one.batch:.1f}x",
            ""
            if one.peak is None or plain.peak is None
            else f"{one.peak / 1e9:.2f} GB  1/{plain.peak / one.peak:.1f}",
            f"{one.start:.1f} s",
        )
    console = Console()
    console.print(table)
    console.print(", ".join(f"{key} {value}" for key, value in place.items()), highlight=False)
    if output is not None:
        record = {
            "machine": place,
            "versions": versions(),
            "model": model,
            "rows": [asdict(one) for one in found],
        }
        write_json(record, output)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    sides = (width, height)
    if not all(side.isdecimal() and len(side) < 6 and int(side) for side in sides):
        raise ConfigError(f"size {text!r} is none: write width and height in pixels, such as 1920x1080")
    return int(width), int(height)

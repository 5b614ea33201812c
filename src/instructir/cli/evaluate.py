"""``instructir evaluate``: suites, folders of pairs, costs, comparisons, and tables in documents."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from instructir.cli.parameters import with_fields
from instructir.evaluation.suites import ALIASES, SUITES, get_suite

if TYPE_CHECKING:
    from instructir.evaluation.results import Results
    from instructir.evaluation.runner.session import Request
    from instructir.evaluation.suites import Suite

app = typer.Typer(
    help="Measure models on benchmarks: instructir evaluate SUITE --data DIR.", no_args_is_help=True
)

_Data = Annotated[Path, typer.Option(help="Folder that holds the benchmark sets.", show_default=False)]
_Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        help="A model's name, file or folder, or hub:ORG/REPO; again for more; none: baselines alone.",
    ),
]
_ProtocolName = Annotated[
    str, typer.Option("--protocol", help="strict, reference or unclipped; by default the suite's.")
]
_Json = Annotated[Path | None, typer.Option("--json", help="Write the results to this file.")]
_Report = Annotated[Path | None, typer.Option(help="Write the picture report to this folder.")]
_Baselines = Annotated[
    list[str] | None,
    typer.Option(
        "--baseline", help="nlm, unsharp, richardson-lucy, clahe, dark-channel, classical, or a model file."
    ),
]
_Programs = Annotated[
    list[str] | None, typer.Option("--baseline-cmd", help="A program, such as 'prog {input} {output}'.")
]
_Metrics = Annotated[
    list[str] | None, typer.Option("--metric", help="Also measure delta_e, lpips, niqe or grid.")
]
_Resume = Annotated[
    Path | None,
    typer.Option(help="Journal of finished pictures: made if missing, and nothing in it is redone."),
]
_Batch = Annotated[
    int, typer.Option(max=4096, help="Pictures of one size that the network is given at once.")
]
_Repeats = Annotated[
    int | None, typer.Option(max=10_000, help="Draws of instructions; by default the suite's own number.")
]
_Limit = Annotated[
    int | None, typer.Option(max=10**9, help="Measure only the first N pictures of every set.")
]
_Ensemble = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=16,
        help="Runs of each model that are averaged, 0: by a picture's size. Default: the protocol's.",
    ),
]
_Guard = Annotated[
    bool, typer.Option("--guard", help="Measure what a user gets: planned, and looked at again.")
]
_Device = Annotated[str, typer.Option(help="Where to compute: auto, cpu, cuda, cuda:N or mps.")]


@dataclass(frozen=True)
class Measuring:
    """What the commands that measure pictures have in common, as options."""

    model: _Models = None
    protocol: _ProtocolName = ""
    json: _Json = None
    report: _Report = None
    baseline: _Baselines = None
    baseline_cmd: _Programs = None
    metric: _Metrics = None
    resume: _Resume = None
    batch: _Batch = 1
    limit: _Limit = None
    device: _Device = "auto"
    ensemble: _Ensemble = None
    guard: _Guard = False

    def of(
        self, measured: "Suite", data: Path, repeats: int | None = None, instruction: str = ""
    ) -> "Request":
        """What is asked for of `measured`, whose sets lie in `data`.

        Args:
            measured: the suite.
            data: folder of its sets.
            repeats: draws of instructions, by default the suite's own number.
            instruction: instead of the tasks' plain sentences.
        """
        from instructir.evaluation.runner.evaluate import Options
        from instructir.evaluation.runner.session import Request

        return Request(
            measured,
            data,
            self.protocol,
            models=tuple(self.model or ()),
            baselines=tuple(self.baseline or ()),
            programs=tuple(self.baseline_cmd or ()),
            json=self.json,
            report=self.report,
            resume=self.resume,
            options=Options(
                tuple(self.metric or ()),
                self.batch,
                repeats,
                self.limit,
                instruction,
                self.device,
                self.ensemble,
                self.guard,
            ),
        )


def suite(context: typer.Context, data: _Data, options: Measuring, repeats: _Repeats = None) -> None:
    """Measure a suite and print our rows under the published ones."""
    _run(options.of(get_suite(str(context.info_name)), data, repeats))


for _suite in SUITES.values():
    app.command(_suite.name, help=f"{_suite.title}.", epilog=_suite.hint or None)(with_fields(suite))
for _alias in ALIASES:
    app.command(_alias, hidden=True)(with_fields(suite))


@app.command("folder")
@with_fields
def folder(
    data: Annotated[Path, typer.Option(help="Folder that holds the two below.", show_default=False)],
    task: Annotated[str, typer.Option(help="What is restored, such as denoising.", show_default=False)],
    target: Annotated[str, typer.Option(help="Sub-folder of the references.")] = "target",
    degraded: Annotated[
        str | None, typer.Option("--input", help="Sub-folder of the degraded pictures.")
    ] = None,
    sigma: Annotated[
        float | None, typer.Option(help="Instead of inputs: noise to add, on the 8-bit scale.")
    ] = None,
    scale: Annotated[
        int, typer.Option(max=16, help="How much smaller the inputs are (super-resolution).")
    ] = 1,
    instruction: Annotated[str, typer.Option(help="Instead of the task's plain sentence.")] = "",
    options: Measuring = Measuring(),
) -> None:
    """Measure on any folder of pairs."""
    from instructir.evaluation.suites import folder_pairs
    from instructir.tasks import Task

    if degraded is None and sigma is None:
        degraded = "input"
    pairs, locate = folder_pairs(data, target, degraded, Task.parse(task), sigma=sigma, scale=scale)
    _run(replace(options.of(pairs, data, instruction=instruction), locate=locate))


@app.command("efficiency")
def efficiency(
    model: _Models = None,
    baseline: _Baselines = None,
    size: Annotated[
        int, typer.Option(min=1, max=100_000, help="Height and width of the picture, in pixels.")
    ] = 256,
    json: _Json = None,
    device: _Device = "auto",
) -> None:
    """Parameters, multiply-adds, time and memory of one picture."""
    from instructir.evaluation.results import check_json_place
    from instructir.evaluation.runner.efficiency import evaluate_costs

    check_json_place(json)
    results = evaluate_costs(tuple(model or ()), tuple(baseline or ()), size, device)
    _show(results, json)


@app.command("compare")
def compare(
    a: Annotated[Path, typer.Argument(metavar="A.json", help="Results of one run.")],
    b: Annotated[Path, typer.Argument(metavar="B.json", help="Results of another.")],
    metric: Annotated[
        str, typer.Option(help="psnr, ssim, psnr_y, ssim_y, delta_e, lpips, niqe or grid.")
    ] = "psnr",
    method_a: Annotated[str, typer.Option("--a", help="Method of A; by default its first model.")] = "",
    method_b: Annotated[str, typer.Option("--b", help="Method of B; by default its first model.")] = "",
) -> None:
    """Paired differences, B minus A, with bootstrap confidence intervals."""
    from rich.console import Console

    from instructir.evaluation.compare import compare as compare_results
    from instructir.evaluation.compare import comparison_text
    from instructir.evaluation.results import read_results

    differences = compare_results(
        read_results(a), read_results(b), metric, method_a=method_a, method_b=method_b
    )
    console = Console()
    if not console.is_terminal:  # which nobody can make wider
        console.width = max(console.width, 160)
    console.print(comparison_text(differences))


@app.command("document")
def document(
    files: Annotated[list[Path], typer.Argument(help="Documents with <!-- results:NAME --> blocks.")],
    results: Annotated[Path, typer.Option(help="Folder of the results that the blocks name.")],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a block is stale.")
    ] = False,
) -> None:
    """Render results into documents, or check that they are up to date."""
    from instructir.evaluation.render.documents import stale_blocks, update_documents

    stale = False
    for path in files:
        if check:
            names = stale_blocks(path, results)
            stale |= bool(names)
            typer.echo(f"{path}: {'stale: ' + ', '.join(names) if names else 'up to date'}")
        else:
            typer.echo(f"{path}: {'updated' if update_documents(path, results) else 'up to date'}")
    if stale:
        raise typer.Exit(1)


def _run(request: "Request") -> None:
    """Measure, show, and exit 1 if a picture was left out, as every batch does."""
    from instructir.evaluation.runner.session import run_evaluation

    def show(results: "Results") -> None:
        _show(results, None)
        if request.report is not None:
            typer.echo(f"writing the report to {request.report}", err=True)

    results = run_evaluation(request, show)
    if request.report is not None:
        typer.echo(f"report: {request.report / 'index.html'}")
    faults = list(results.faults())
    for case, fault in faults:
        typer.echo(f"instructir: {case}: {fault.image} left out: {fault.reason}", err=True)
    if faults:
        raise typer.Exit(1)


def _show(results: "Results", json: Path | None) -> None:
    from rich.console import Console

    from instructir.evaluation.render.text import results_text
    from instructir.evaluation.results import write_results

    console = Console()
    console.print(results_text(results, console.width))
    if json is not None:
        write_results(results, json)

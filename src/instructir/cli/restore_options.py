"""What ``instructir restore`` was asked, and what all its kinds of input have in common."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from instructir.cli.names import a_name
from instructir.errors import ConfigError
from instructir.settings import Settings

if TYPE_CHECKING:
    from instructir.jobs.video.job import VideoRestoration
    from instructir.restoration.result import Restoration

FOLDERS, CLUSTER = "Folders", "Clusters"


@dataclass(frozen=True)
class RestoreArguments:
    """The arguments and options, under the names that they have on the command line."""

    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A picture, a folder or its URL, a video, or - for standard input.",
            parser=a_name,
        ),
    ]
    instruction: Annotated[
        str | None,
        typer.Argument(help="What is wrong, in your own words; without it, each picture is looked at."),
    ] = None
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="File or folder to write; by default beside the input.",
            parser=a_name,
        ),
    ] = None
    settings: Settings = Settings()
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Allow outputs to replace inputs, and files that are no results."),
    ] = False
    suffix: Annotated[
        str | None,
        typer.Option(
            help="Ending of the outputs' names, before the dot, such as _clear; a folder's outputs then go "
            "beside the inputs.",
            rich_help_panel=FOLDERS,
        ),
    ] = None
    skip_existing: Annotated[
        bool,
        typer.Option(
            "--skip-existing", help="Leave out pictures whose output is there.", rich_help_panel=FOLDERS
        ),
    ] = False
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Say what would be written, and write nothing.", rich_help_panel=FOLDERS
        ),
    ] = False
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Look into sub-folders too.", rich_help_panel=FOLDERS)
    ] = False
    instructions: Annotated[
        Path | None,
        typer.Option(help="A CSV or JSONL table of file and instruction.", rich_help_panel=FOLDERS),
    ] = None
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="Compute here, or on a Ray cluster.", rich_help_panel=CLUSTER),
    ] = "local"
    address: Annotated[
        str | None,
        typer.Option(help="Address of a cluster; by default one is started here.", rich_help_panel=CLUSTER),
    ] = None
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=100_000, help="How many workers; by default as many as fit.", rich_help_panel=CLUSTER
        ),
    ] = None
    gpus: Annotated[
        float | None,
        typer.Option(min=0, help="GPUs a worker, which may be a fraction of one.", rich_help_panel=CLUSTER),
    ] = None
    compare: Annotated[
        Path | None, typer.Option(help="Pictures: also write before and after side by side to this file.")
    ] = None
    variants: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...",
            help="Pictures: write one labelled sheet of these strengths, models (ours, an expert, a file) or "
            "other instructions.",
        ),
    ] = None
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON: one object, or for folders one a line.")
    ] = False

    def refuse_those_of_folders(self) -> None:
        """Refuse options that mean nothing for a single file.

        Raises:
            ConfigError: if there are any.
        """
        given = {
            "--instructions": self.instructions is not None,
            "--engine ray": self.engine != "local",
            "--address": self.address is not None,
            "--workers": self.workers is not None,
            "--gpus": self.gpus is not None,
        }
        for name, is_given in given.items():
            if is_given:
                raise ConfigError(f"{name} is for folders, and {self.source} is none: leave it out")


def json_line(values: dict[str, object]) -> str:
    """`values` as JSON on one line, readable where the names in them are Unicode."""
    text = json.dumps(values, ensure_ascii=False)
    is_unicode = not any("\ud800" <= character <= "\udfff" for character in text)
    return text if is_unicode else json.dumps(values)


def report(
    options: RestoreArguments,
    result: "Restoration | VideoRestoration",
    target: Path,
    figures: dict[str, object],
    said: str = "",
) -> None:
    """Say what was understood and where the result is, or print one JSON object with `figures`."""
    if options.as_json:
        common = {"input": options.source, "output": str(target), "plan": result.plan.to_dict()}
        typer.echo(json_line({**common, **figures, "notes": list(result.notes)}))
        return
    typer.echo(f"understood: {result.plan.summary()}", err=True)
    for note in result.notes:
        typer.echo(f"note: {note}", err=True)
    if said:
        typer.echo(said, err=True)
    typer.echo(str(target))

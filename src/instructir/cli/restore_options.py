"""What ``instructir restore`` was asked, and what all its kinds of input have in common."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from instructir.errors import ConfigError

if TYPE_CHECKING:
    from instructir.jobs.folders.work import Settings
    from instructir.jobs.video.job import VideoRestoration
    from instructir.restoration.result import Restoration

STDIN = "-"
DEFAULT_MODEL = "instructir-7d-lite"


@dataclass(frozen=True)
class RestoreOptions:
    """The options, under the names that they have on the command line."""

    source: str
    instruction: str | None
    output: str | None
    model: str
    strength: float
    device: str
    precision: str
    runtime: str
    tile: int | str
    seed: int | None
    quality: int | None
    overwrite: bool
    suffix: str | None
    skip_existing: bool
    dry_run: bool
    recursive: bool
    instructions: Path | None
    engine: str
    address: str | None
    workers: int | None
    gpus: float | None
    compare: Path | None
    as_json: bool

    def settings(self) -> "Settings":
        """How pictures are restored.

        Raises:
            ConfigError: if the quality or strength is out of range.
        """
        import torch

        from instructir.jobs.folders.work import Settings
        from instructir.restoration.restorer import checked_strength

        if self.quality is not None and not 1 <= self.quality <= 100:
            raise ConfigError(f"quality {self.quality} is out of range: use 1 to 100")
        if self.seed is not None:
            torch.manual_seed(self.seed)
        return Settings(
            model=self.model,
            device=self.device,
            precision=self.precision,
            runtime=self.runtime,
            tile=self.tile,
            strength=checked_strength(self.strength),
            quality=self.quality,
        )

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
    options: RestoreOptions,
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

"""What a run leaves behind beside its model: configuration, environment, log, curves and pictures."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from instructir.data.files import NO_PHOTOS
from instructir.environment import machine, revision, versions
from instructir.extras import require
from instructir.training.options import TrainOptions

CONFIG, ENVIRONMENT, LOG, VALIDATION = "config.yaml", "environment.json", "log.jsonl", "validation.jsonl"


class Meter:
    """Losses of pictures and of the intent, steps, crops, seconds, and seconds of waiting for data."""

    def __init__(self) -> None:
        self.sums = torch.zeros(6, dtype=torch.float64)

    def add(self, loss: float, intent: float, *, crops: int, seconds: float, waited: float) -> None:
        """Add a step."""
        values = [loss, intent, 1, crops, seconds, waited]
        self.sums += torch.tensor(values, dtype=torch.float64)

    def reset(self) -> None:
        """Begin anew."""
        self.sums = torch.zeros_like(self.sums)


def means(sums: Tensor) -> dict[str, float]:
    """A line of the log, from sums that may be means over processes; speeds are 0 where no time was taken."""
    loss, intent, steps, crops, seconds, waited = sums.tolist()
    return {
        "loss": round(loss / steps, 5),
        "intent": round(intent / steps, 4),
        "crops_per_second": round(crops / seconds, 1) if seconds else 0.0,
        "waiting_for_data": round(waited / seconds, 3) if seconds else 0.0,
    }


class RunRecord:
    """Writes the files of a run's folder, and the same figures for TensorBoard.

    Args:
        options: the run.
        step: from which it goes on; lines of later steps, of a run that was interrupted, are cut.
        processes: that train together.
    """

    def __init__(self, options: TrainOptions, step: int, processes: int) -> None:
        self.folder = Path(options.out)
        write_configuration(options)
        surroundings = {
            "command": sys.argv,
            "revision": revision(),
            "versions": versions(),
            "machine": machine(),
            "processes": processes,
        }
        (self.folder / ENVIRONMENT).write_text(json.dumps(surroundings, indent=2), "utf-8")
        for name in (LOG, VALIDATION):
            _cut_after(self.folder / name, step)
        self._board: Any = None
        if options.tensorboard:
            board = require("torch.utils.tensorboard", "instructir[train]", "training with tensorboard: true")
            self._board = board.SummaryWriter(str(self.folder / "tensorboard"), purge_step=step + 1)

    def log(self, line: Mapping[str, Any]) -> None:
        """Note the losses of a stretch of steps."""
        self._append(LOG, line)

    def validation(self, step: int, gains: Mapping[str, tuple[float, float]], picture: Tensor) -> None:
        """Note PSNR before and after restoration by task, and a picture (3, H, W) in [0, 1] of it."""
        from PIL import Image

        line: dict[str, Any] = {"step": step}
        for task, (before, after) in gains.items():
            line[task] = {"input": round(before, 3), "restored": round(after, 3)}
        self._append(VALIDATION, line)
        folder = self.folder / "validation"
        folder.mkdir(exist_ok=True)
        pixels = (picture.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()
        Image.fromarray(pixels).save(folder / f"step-{step:08d}.png")
        if self._board is not None:
            self._board.add_image("validation", picture.clamp(0, 1), step)

    def draw(self) -> None:
        """Draw the loss and validation curves to ``curves.png``."""
        require("matplotlib", "instructir[train]", "training")
        _draw_curves(read_log(self.folder / LOG), read_log(self.folder / VALIDATION), self.folder)
        if self._board is not None:
            self._board.flush()

    def close(self) -> None:
        """End the TensorBoard file."""
        if self._board is not None:
            self._board.close()

    def _append(self, name: str, line: Mapping[str, Any]) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
        if self._board is None:
            return
        for key, value in line.items():
            if isinstance(value, Mapping):
                self._board.add_scalar(f"validation/{key}", value["restored"], line["step"])
            elif key != "step":
                self._board.add_scalar(f"train/{key}", value, line["step"])


def write_configuration(options: TrainOptions) -> None:
    """Write every option, resolved, into the run's folder, and keep what is there from being trained on."""
    yaml = require("yaml", "instructir[train]", "training")
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NO_PHOTOS).touch()
    (folder / CONFIG).write_text(yaml.safe_dump(_tree(options), sort_keys=False), "utf-8")


def _tree(options: TrainOptions) -> dict[str, Any]:
    """All options; where a stage lies and begins is left out where the run says it, for a run elsewhere."""
    tree, initial = asdict(options), options.model.initial
    for name, stage in options.stages.items():
        if Path(stage.out) == Path(options.out) / name:
            del tree["stages"][name]["out"]
        if stage.model.initial == initial:
            del tree["stages"][name]["model"]["initial"]
        initial = str(stage.model_file)
    return tree


def read_log(path: Path) -> list[dict[str, Any]]:
    """The lines of a log; one that was cut short by the death of its writer, or damaged, is left out."""
    text = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    found = (_log_line(line) for line in text.splitlines(keepends=True) if line.endswith("}\n"))
    return [line for line in found if line is not None]


def _log_line(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and isinstance(line.get("step"), int) else None


def _cut_after(path: Path, step: int) -> None:
    """Drop the lines of steps after `step`, which a resumed run will write again."""
    kept = [line for line in read_log(path) if line["step"] <= step]
    if path.is_file():
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_text("".join(json.dumps(line) + "\n" for line in kept), "utf-8")
        temporary.replace(path)


def _draw_curves(log: Sequence[dict[str, Any]], validation: Sequence[dict[str, Any]], folder: Path) -> None:
    """Draw the lines of a run's log and of its validation to ``folder/curves.png``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.4), layout="constrained")
    FigureCanvasAgg(figure)
    loss, intent, gain = figure.subplots(1, 3)
    steps = [line["step"] for line in log]
    loss.plot(steps, [line["loss"] for line in log])
    loss.set_title("loss of the pictures")
    intent.plot(steps, [line["intent"] for line in log])
    intent.set_title("cross-entropy of the intent")
    for task in [key for key in (validation[-1] if validation else {}) if key != "step"]:
        points = [(line["step"], line[task]) for line in validation if task in line]
        gains = [scores["restored"] - scores["input"] for _, scores in points]
        gain.plot([step for step, _ in points], gains, label=task.replace("_", " "))
    if validation:
        gain.legend(fontsize="x-small")
    gain.set_title("validation: dB over the input")
    for axes in (loss, intent, gain):
        axes.set_xlabel("step")
        axes.grid(alpha=0.3)
    temporary = folder / ".curves.part.png"
    figure.savefig(temporary, dpi=110)
    temporary.replace(folder / "curves.png")

"""Loss and validation curves as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def draw_curves(log: Sequence[dict[str, Any]], validation: Sequence[dict[str, Any]], folder: Path) -> None:
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

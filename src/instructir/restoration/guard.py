"""A second look: what a step made of a picture is judged before it counts.

A restorer that is told of a fault which is not there can do harm: haze is taken out of a clear picture as
contrast, light is added to a bright one. The fault network looks before and after each step, and how much
the step changed is measured. A step against a fault that nobody sees is held to a change that is hardly
seen, one that leaves its fault as strong is taken back, one that brings another fault in is done by half, and
what came up with the light is removed: noise, and where nobody said what to do, rain and haze.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from instructir.images import Photo
from instructir.restoration.diagnosis import Findings, examine
from instructir.tasks import Task

_LEVELS = 255
HARDLY = 0.01
"""Largest root mean square change, of pixels in [0, 1], by a step against a fault that is not seen: 40 dB."""

_NOTHING = 0.8 / _LEVELS
"""Root mean square change below which a picture was clean already, and is left as it was."""

_UNSEEN = 0.01
"""Probability of a fault below which it counts as not seen. Where a fault is, the fault network gives
hundredths even to its faintest forms; its thresholds are for deciding unasked."""

_HARMLESS = (Task.DENOISING, Task.DEBLURRING, Task.DERAINING)
"""Tasks that hardly change a picture without their fault, but remove what the fault network does not know:
the blotches of a camera's noise, the motion of a real exposure. Of 28 sharp photos told to be sharpened or
freed of rain the one that changed most was still 46 dB from what it was."""

_RELIEF = 6
"""How many times less probable darkness or flatness becomes where it was there all the same."""

_HAZY = 0.1
"""Probability of haze below which it counts only if its removal takes it away. Thin haze and backlit or pale
pictures without any are given the same hundredths and thousandths."""

_CLEARED = 20
"""How many times less probable haze becomes where it was there. Of 54 clean training photos the most is 18, a
pale one; with thin synthetic haze it was more on all but one of them."""

_SUSPECTED = 0.5
"""Probability of haze below which it has to be taken away to count, where nobody asked for that. Sunsets,
clouds and white walls are given as much, and keep more than a twentieth of it."""

_VEILED = 20 / _LEVELS
"""Root mean square change from which dehazing itself has found a veil, though the fault network saw none: it
does not know every fog. Of 20 clear photos one changed more, of two in fog both."""

_AS_STRONG = 0.8
"""Fraction of its probability that a fault may keep; beyond it, it was left as strong."""

_BY_DEGREES = (Task.DENOISING, Task.DEBLURRING, Task.SUPER_RESOLUTION)
"""Tasks whose fault is still seen when a good part of it is gone: sharper than before is not yet sharp, and
of a camera's coarse noise something stays."""

_REPAIR = 15 / _LEVELS
"""Root mean square change from which a step has remade the picture, and what is left of its fault says
little."""

_RISE = 0.4
"""Rise of another fault's probability from which a step has brought it in."""

TONE = (Task.LOW_LIGHT, Task.ENHANCEMENT)
"""Tasks that people also want for the look of it, where no fault is: done by half instead of hardly."""

_SHOWS: dict[Task, tuple[Task, ...]] = {
    Task.DENOISING: (*TONE, Task.DEHAZING),
    Task.DERAINING: TONE,
    Task.DEHAZING: TONE,
}
"""Faults that a step can bring in, in the order in which they are best undone: what it adds to a picture. (A
restored picture is often smoother, darker or flatter than it was, and half the step would undo none of that.)
By each of them the tasks that bring it up instead: they stretch what is there, and half the light would not
remove what it shows."""

FAULTS = {
    Task.DENOISING: "noise",
    Task.DEBLURRING: "blur",
    Task.DERAINING: "rain",
    Task.DEHAZING: "haze",
    Task.LOW_LIGHT: "darkness",
    Task.SUPER_RESOLUTION: "lack of detail",
    Task.ENHANCEMENT: "flatness",
}
"""What each task is against, in people's words."""


class Change(NamedTuple):
    """How much a picture was changed.

    Attributes:
        levels: root mean square difference on the 8-bit scale.
        word: the same for people: not at all, hardly, slightly, clearly or strongly.
    """

    levels: float
    word: str

    @classmethod
    def of(cls, levels: float) -> "Change":
        """The change of so many levels, with its word."""
        for limit, word in ((0.05, "not at all"), (2.8, "hardly"), (8.0, "slightly"), (25.0, "clearly")):
            if levels < limit:
                return cls(levels, word)
        return cls(levels, "strongly")

    @property
    def told(self) -> str:
        """Both in a line."""
        return f"{self.word} ({self.levels:.1f} of 255 levels, root mean square)"

    def to_dict(self) -> dict[str, object]:
        """Plain JSON types."""
        return {"levels": round(self.levels, 2), "word": self.word}


def change(before: NDArray[np.float32], after: NDArray[np.float32]) -> Change:
    """How much differs between two pictures (H, W, 3) in [0, 1]."""
    moved = (after - before).reshape(len(before), -1)
    # The squares of a row are some thousand values, which float32 suffices for.
    squares = np.einsum("ij,ij->i", moved, moved).sum(dtype=np.float64)
    return Change.of(_LEVELS * float(np.sqrt(squares / moved.size)))


@dataclass(frozen=True)
class Verdict:
    """What is kept of a step.

    Attributes:
        fraction: of the change, in [0, 1].
        text: why not all of it, for people; empty where there is nothing to say.
        shown: faults that the step did not make but brought up, in the order in which they are best undone;
            who runs it decides which of them are removed, and says so (:func:`cleared`).
    """

    fraction: float = 1.0
    text: str = ""
    shown: tuple[Task, ...] = ()


def cleared(fault: Task) -> str:
    """What is said where a fault that a step brought up was removed."""
    return f"the {FAULTS[fault]} that came up was removed"


def judge(
    task: Task,
    before: Photo,
    after: Photo,
    seen: Findings | None = None,
    later: Collection[Task] = (),
    *,
    asked: bool = True,
    faint: bool = False,
) -> Verdict:
    """Judge a step.

    Args:
        task: what it was to do.
        before: the picture that it was given.
        after: what it made of it.
        seen: what `before` looks like, if that is known.
        later: tasks of the steps that follow, which see to what this one brings up.
        asked: whether somebody asked for it, and not the picture alone.
        faint: whether it is against what is told apart neither by how much it changes nor by the fault
            network: what encoders other than JPEG's left. Then a small change counts as well.
    """
    if not before.visible.any():
        return Verdict(0.0, "the picture is black; left as it was")
    seen, now = seen or examine(before), examine(after)
    fault, moved = FAULTS[task], change(before.visible, after.visible).levels / _LEVELS
    was, left = seen.probabilities[task], now.probabilities[task]
    if moved < _NOTHING and was < seen.thresholds[task] and not faint:
        return Verdict(0.0, f"I saw no {fault}; left as it was")
    if task in _HARMLESS and was < _UNSEEN:
        return _side_effects(task, seen, now, later)
    if task is Task.DEHAZING:
        stays = left * _CLEARED >= was
        if stays and was < _SUSPECTED and not asked:
            return Verdict(0.0, f"I saw no {fault}; left as it was")
        unseen = was < _HAZY and stays
    else:
        unseen = was < _UNSEEN and not (task in TONE and left * _RELIEF < was)
    if unseen and (task in TONE or (task is Task.DEHAZING and moved >= _VEILED)):
        return Verdict(0.5, f"I saw no {fault}; done by half")
    if unseen:
        return Verdict(HARDLY / moved, f"I saw no {fault}; hardly changed") if moved > HARDLY else Verdict()
    if left > _AS_STRONG * was and moved < _REPAIR and task not in _BY_DEGREES:
        return Verdict(0.0, f"there was as much {fault} afterwards; left as it was")
    return _side_effects(task, seen, now, later)


def _side_effects(task: Task, seen: Findings, now: Findings, later: Collection[Task]) -> Verdict:
    """Whether the step brought another fault in, or up."""
    shown = []
    noisy = now.probabilities[Task.DENOISING] >= now.thresholds[Task.DENOISING]
    for fault, showing in _SHOWS.items():
        there = now.probabilities[fault] >= now.thresholds[fault]
        if fault is Task.DERAINING and noisy and task in TONE:
            continue  # noise in the shadows, brightened, looks like fine rain
        risen = there and now.probabilities[fault] >= seen.probabilities[fault] + _RISE
        if fault in (task, *later) or not there:
            continue
        # Noise that was seen before is left to who did not ask for its removal, unless light made it worse;
        # of rain and haze what the picture looks like then is all that counts.
        if task in showing and (risen or fault is not Task.DENOISING or task is Task.LOW_LIGHT):
            shown.append(fault)
        elif risen:
            return Verdict(0.5, f"{FAULTS[fault]} came up; done by half")
    return Verdict(shown=tuple(shown))

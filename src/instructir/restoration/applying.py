"""What one pass makes of one picture: without the network, with it, and after a second look."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from instructir.images import Photo
from instructir.images.metadata import JpegCoding
from instructir.inference.execution import Outcome
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration.artefacts import deblocks
from instructir.restoration.blending import blended, channels_first, faded, within
from instructir.restoration.blotches import without_blotches
from instructir.restoration.deblocking import deblocked
from instructir.restoration.enlarging import enlarged
from instructir.restoration.fill_light import with_fill_light
from instructir.restoration.guard import Verdict, cleared, judge
from instructir.restoration.impulses import freed_of_impulses
from instructir.restoration.light import fraction_of_excess, is_darker, lit, with_light_of
from instructir.restoration.margins import Inner, inner
from instructir.restoration.masking import Mask
from instructir.restoration.passes import Execute, Pass
from instructir.restoration.sharpening import only_small
from instructir.restoration.tone import adjusted
from instructir.settings import Settings
from instructir.sizes import Size
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

_DARKER = Adjustment(Operation.EXPOSURE, -2 / 3)
"""What is done about too much light that the network does not see, as for "darker, please"."""


@dataclass(frozen=True)
class PassInput:
    """What a pass through the network begins with.

    Attributes:
        photo: the picture, prepared for it.
        part: what of it the network is given.
        passes: the pass, and those behind it.
        how: the settings of the picture.
        grown: whether it was just enlarged.
        coding: of the JPEG file that the pixels are those of.
    """

    photo: Photo
    part: Inner
    passes: Sequence[Pass]
    how: Settings
    grown: bool = False
    coding: JpegCoding | None = None

    @property
    def one(self) -> Pass:
        """The pass."""
        return self.passes[0]

    @property
    def size(self) -> tuple[int, ...]:
        """Height and width of the picture and of the part; what is equal in all of them can run together."""
        return self.photo.height, self.photo.width, *self.part.size

    @property
    def pixels(self) -> Tensor:
        """The part, (3, h, w) in [0, 1]."""
        return channels_first(self.part.of(self.photo.visible))


def prepared(photo: Photo, one: Pass, how: Settings, mask: Mask | None) -> tuple[Photo, list[str]]:
    """What a pass does without the network, and what is to be said of it."""
    said: list[str] = []
    if one.scale:
        photo, note = enlarged(photo, Size.parse(one.scale))
        said.append(note)
    if one.adjustment is not None:
        toned, note = adjusted(photo, one.adjustment.scaled(one.fraction * how.strength))
        photo = within(mask, photo, toned)
        said += [note] if note else []
    if one.fills:
        photo = within(mask, photo, faded(photo, with_fill_light(photo), one.fraction * how.strength))
        said.append("low light: the picture is not dark all over; its dark parts alone were lifted")
    if one.task is Task.DENOISING and one.fits:
        freed, note = freed_of_impulses(photo, one.fraction * how.strength)
        photo = within(mask, photo, freed)
        said += [note] if note else []
    return photo, said


def applied(execute: Execute, given: PassInput, pixels: Tensor, outcome: Outcome) -> tuple[Photo, list[str]]:
    """What a pass makes of a picture, and what is to be said of it.

    Args:
        execute: runs the network, where it takes another run.
        given: what the pass began with.
        pixels: (3, h, w) in [0, 1], as the network was given them.
        outcome: what it made of them, (3, h, w).
    """
    one, said = given.one, [*outcome.notes]
    made = _unblotched(execute, one, pixels, outcome.restored)
    # What was just enlarged lacks detail for certain; nobody has to look whether it does.
    judged = given.how.guard and not given.grown
    if given.how.guard and _only_small(execute, given.passes, pixels, made):
        made, judged = pixels, False
        said = ["deblurring: the picture lacks detail alone; left to that step", *said]
    # Who asks for less light gets that, and not a fraction of the fraction.
    light = one.fraction if one.fits else 0.0
    whole = _between_margins(given.photo, given.part, made, one.task, light)
    photo, notes = _kept(execute, given, whole, judged=judged)
    return photo, [*said, *notes]


def _kept(execute: Execute, given: PassInput, restored: Tensor, *, judged: bool) -> tuple[Photo, list[str]]:
    """How much of what the network made of a picture, (3, H, W), it gets, and what is to be said of it.

    Noise is removed before what JPEG made of it: as it lies in the file, the network knows it.
    """
    one, before, strength = given.one, given.photo, given.how.strength
    excess = fraction_of_excess(before) if one.darkens and one.fits else 1.0
    fraction, said = min(one.fraction, excess) * strength, list[str]()
    whole = kept = blended(before, restored)
    if one.keeps_light and one.fits:
        whole = kept = with_light_of(before, whole)
        restored = channels_first(whole.visible)
    # Judged whole: a weak step leaves much of its fault because that was asked for.
    if fraction and judged and one.task is not None:
        later = [behind.task for behind in given.passes[1:] if behind.task]
        kept, said = _guarded(execute, one, before, whole, later)
    if one.darkens and not is_darker(kept, before):
        # The network saw no such fault. What was asked for is done all the same, in figures.
        kept, fraction = adjusted(before, _DARKER)[0], one.fraction * strength
        said = ["enhancement: I saw no excess of light; made darker all the same"]
    if fraction and given.coding is not None and one.artefacts != "lit" and deblocks(one, given.coding):
        kept, note = deblocked(kept, given.coding)
        said = [*said, *filter(None, [note])]
    if kept is whole:
        return blended(before, restored, fraction), said
    return replace(faded(before, kept, fraction), metadata=kept.metadata), said


def _guarded(
    execute: Execute, one: Pass, before: Photo, after: Photo, later: Collection[Task]
) -> tuple[Photo, list[str]]:
    """What the guard leaves of a pass, and what it says."""
    assert one.task is not None
    faint = one.artefacts == "only"
    verdict: Verdict = judge(one.task, before, after, later=later, asked=one.asked, faint=faint)
    name = one.task.value.replace("_", " ")
    said = [f"{name}: {verdict.text}"] if verdict.text else []
    kept = faded(before, after, verdict.fraction)
    for fault in verdict.shown:
        if fault in one.clears:
            part = inner(kept)
            pixels = channels_first(part.of(kept.visible))
            outcome = execute(pixels[None], [PLAIN_INSTRUCTIONS[fault]], [fault])
            clear = blended(kept, _between_margins(kept, part, outcome.restored[0], fault))
            if fault is not Task.DEHAZING or judge(fault, kept, clear, asked=False).fraction:
                kept = clear
                said += [f"{name}: {cleared(fault)}", *outcome.notes]
    return kept, said


def _unblotched(execute: Execute, one: Pass, noisy: Tensor, made: Tensor) -> Tensor:
    """What a pass made of (3, H, W), where noise is coarse without what only shows at smaller sizes."""
    if one.task is not Task.DENOISING or not one.fits:
        return made
    return without_blotches(lambda small: execute(small, [one.words], [one.task]).restored, noisy, made)


def _only_small(execute: Execute, passes: Sequence[Pass], given: Tensor, made: Tensor) -> bool:
    """Whether deblurring (3, H, W), the first of the passes, is better left to one that brings out detail."""
    ahead = [one for one in passes if one.task is Task.SUPER_RESOLUTION and one.fits and not one.scale]
    if passes[0].task is not Task.DEBLURRING or not passes[0].fits or not ahead:
        return False
    return only_small(lambda part: execute(part, [ahead[0].words], [ahead[0].task]).restored, given, made)


def _between_margins(
    photo: Photo, part: Inner, restored: Tensor, task: Task | None, light: float = 0.0
) -> Tensor:
    """(3, H, W) of a photo of which `part` was restored (3, h, w) for a task, by a fraction of light."""
    made = restored.permute(1, 2, 0).numpy()
    if task is Task.LOW_LIGHT:
        made = lit(part.of(photo.visible), made, light)
    return channels_first(part.put(photo.visible, made))

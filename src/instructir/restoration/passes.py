"""The passes of plans through the network, over one picture or several of one size at once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from instructir.images import Photo
from instructir.images.metadata import JpegCoding
from instructir.inference.execution import Outcome
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration.airlight import with_grey_haze
from instructir.restoration.blotches import without_blotches
from instructir.restoration.deblocking import deblocked, is_coarse, is_fine
from instructir.restoration.enlarging import enlarged
from instructir.restoration.fill_light import with_fill_light
from instructir.restoration.grain import with_grain
from instructir.restoration.guard import Verdict, cleared, judge
from instructir.restoration.impulses import freed_of_impulses
from instructir.restoration.light import fraction_of_excess, is_darker, lit, with_light_of
from instructir.restoration.margins import Inner, inner, of_one_size
from instructir.restoration.masking import Mask, within
from instructir.restoration.sharpening import only_small
from instructir.restoration.tone import adjusted
from instructir.restoration.traces import with_traces
from instructir.settings import Settings
from instructir.sizes import Size
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

Execute = Callable[[Tensor, Sequence[str], Sequence[Task | None]], Outcome]
"""Runs the network on (B, 3, H, W) with words for each picture, and the task that they were planned for."""

_DARKER = Adjustment(Operation.EXPOSURE, -2 / 3)
"""What is done about too much light that the network does not see, as for "darker, please"."""

ArtefactHandling = Literal["leave", "coarse", "lit", "also", "only"]
"""What becomes of those of the JPEG file that a picture comes from: they are left; removed where the file is
coarse; removed before the network adds light that would show them; removed in any case; or removed alone, so
that it runs only on pictures of other files."""


@dataclass(frozen=True)
class Pass:
    """One run of the network.

    Attributes:
        words: what conditions it.
        fraction: of its result that is applied, in [0, 1].
        task: what it is to do; none of a text-free network, whose passes nobody judges.
        clears: faults that are removed as well where it shows them.
        asked: whether somebody asked for it, and not the picture alone.
        adjustment: the exact operation that is done instead of running the network; nobody judges it.
        scale: how far the picture is enlarged before.
        artefacts: what becomes of those of JPEG.
        darkens: whether there was said to be too much light, so that it must not become brighter.
        keeps_light: whether nothing was said of the light, so that a picture that has enough keeps its own.
        fits: whether the network's light and what it leaves of noise are fitted to the picture, as those of
            the model itself are; what others compute stays as it is.
        fills: whether light is added to the dark parts alone, without the network.
    """

    words: str
    fraction: float = 1.0
    task: Task | None = None
    clears: Collection[Task] = ()
    asked: bool = True
    adjustment: Adjustment | None = None
    scale: str = ""
    artefacts: ArtefactHandling = "leave"
    darkens: bool = False
    keeps_light: bool = False
    fits: bool = False
    fills: bool = False


@dataclass(frozen=True)
class Stages:
    """What became of a picture.

    Attributes:
        photos: after each of its passes.
        notes: what the user should know of it, a sentence each.
    """

    photos: tuple[Photo, ...]
    notes: tuple[str, ...]


def run_passes(
    execute: Execute,
    photos: Sequence[Photo],
    passes: Sequence[Sequence[Pass]],
    settings: Sequence[Settings],
    masks: Sequence[Mask | None] | None = None,
    begin: Callable[[int], None] | None = None,
) -> list[Stages]:
    """Run each picture's passes one after the other, the n-th of all pictures together.

    Args:
        execute: runs the network.
        photos: pictures of equal height and width.
        passes: of each picture.
        settings: of each picture: what fraction of its passes is applied, and whether they are judged.
        masks: of each picture, (H, W): what of every pass is kept where; None for all of it.
        begin: called with the number of each pass, from 0, before it.
    """
    masks = masks or [None] * len(photos)
    given_photos, photos = photos, list(map(_traced, photos, passes))
    stages: list[list[Photo]] = [[] for _ in photos]
    begun = list(map(_from_file, photos, passes, settings, masks))
    starts = [start for start, _ in begun]
    notes: list[dict[str, None]] = [dict.fromkeys(said) for _, said in begun]
    for number in range(max(map(len, passes), default=0)):
        if begin is not None:
            begin(number)
        given: dict[int, Photo] = {}
        grown: set[int] = set()
        for index in (index for index, own in enumerate(passes) if number < len(own)):
            start = stages[index][-1] if stages[index] else starts[index]
            before, said = _prepared(start, passes[index][number], settings[index], masks[index])
            notes[index].update(dict.fromkeys(said))
            # What was just enlarged lacks detail for certain; nobody has to look whether it does.
            grown |= {index} if before.width > start.width else set()
            done = passes[index][number].artefacts == "only" and starts[index] is not photos[index]
            if passes[index][number].adjustment is None and not passes[index][number].fills and not done:
                given[index] = before
            else:
                stages[index].append(before)
        within_margins = {index: inner(photo) for index, photo in given.items()}
        for members in of_one_size(given, within_margins):
            parts = [within_margins[index] for index in members]
            pixels = torch.stack(
                [
                    torch.from_numpy(part.of(given[index].visible)).permute(2, 0, 1)
                    for index, part in zip(members, parts, strict=True)
                ]
            )
            own = [passes[index][number] for index in members]
            words, tasks = [one.words for one in own], [one.task for one in own]
            outcome = with_grey_haze(execute, pixels, words, tasks, [one.fits for one in own])
            for row, index in enumerate(members):
                # What was just enlarged is not judged, and only the first pass has the file's own pixels.
                judged = settings[index].guard and index not in grown
                later = [one.task for one in passes[index][number + 1 :] if one.task]
                coding = given[index].metadata.jpeg if number == 0 else None
                made = _unblotched(execute, own[row], pixels[row], outcome.restored[row])
                if settings[index].guard and _only_small(execute, passes[index][number:], pixels[row], made):
                    made, judged = pixels[row], False
                    notes[index]["deblurring: the picture lacks detail alone; left to that step"] = None
                # Who asks for less light gets that, and not a fraction of the fraction.
                light = own[row].fraction if own[row].fits else 0.0
                after, said = _applied(
                    execute,
                    own[row],
                    given[index],
                    _between_margins(given[index], parts[row], made, own[row].task, light),
                    settings[index],
                    later if judged else None,
                    coding,
                )
                notes[index].update(dict.fromkeys((*outcome.notes, *said)))
                stages[index].append(within(masks[index], given[index], after))
    for index, how in enumerate(settings):
        if how.grain and stages[index]:
            stages[index][-1], note = _grained(starts[index], passes[index], stages[index], how.grain)
            notes[index][note] = None
    return [
        Stages(tuple(_filed_as(photo, made) for made in own), tuple(said))
        for photo, own, said in zip(given_photos, stages, notes, strict=True)
    ]


def _traced(photo: Photo, passes: Sequence[Pass]) -> Photo:
    """A picture that says how an earlier file of it was coded, where a pass asks.

    Before light is added only what is seen counts: fine traces are not worth that the light is judged anew.
    """
    asked = {one.artefacts for one in passes} - {"leave"}
    found = with_traces(photo) if asked else photo
    return found if asked != {"lit"} or is_coarse(found.metadata.jpeg) else photo


def _filed_as(photo: Photo, made: Photo) -> Photo:
    """What was made of a picture, less what its traces said: it is not written as an earlier file was."""
    own, coding = photo.metadata.jpeg, made.metadata.jpeg
    if coding is None or (own is not None and not is_fine(own) and coding.tables in ((), own.tables)):
        return made
    return replace(made, metadata=replace(made.metadata, jpeg=own and replace(own, orientation=None)))


def _from_file(
    photo: Photo, passes: Sequence[Pass], how: Settings, mask: Mask | None
) -> tuple[Photo, list[str]]:
    """A picture without what its JPEG file left, where a pass wants only that, or comes after others.

    Only the file's own pixels answer to its tables. Nobody has to judge this: it never leads further from
    what was compressed.
    """
    wanting = [
        one
        for number, one in enumerate(passes)
        if _deblocks(one, photo.metadata.jpeg)
        and (not number if one.artefacts == "lit" else number or one.artefacts == "only")
    ]
    fraction = max((one.fraction for one in wanting), default=0.0) * how.strength
    if not fraction:
        return photo, []
    clean, said = deblocked(photo)
    if clean is photo:
        return photo, []
    faded = replace(_faded(photo, clean, fraction), metadata=clean.metadata)
    return within(mask, photo, faded), [said]


def _deblocks(one: Pass, coding: JpegCoding | None) -> bool:
    """Whether a pass also removes what a JPEG file left."""
    if one.artefacts == "lit":
        return not is_fine(coding)
    return one.artefacts in ("also", "only") or (one.artefacts == "coarse" and is_coarse(coding))


def _applied(
    execute: Execute,
    one: Pass,
    before: Photo,
    restored: Tensor,
    how: Settings,
    later: Collection[Task] | None,
    coding: JpegCoding | None,
) -> tuple[Photo, list[str]]:
    """What a pass makes of a picture, and what is to be said of it.

    It is judged unless `later` is None; these are the tasks of the passes behind it.
    Noise is removed before what JPEG made of it: as it lies in the file, the network knows it.
    """
    excess = fraction_of_excess(before) if one.darkens and one.fits else 1.0
    fraction, said = min(one.fraction, excess) * how.strength, list[str]()
    whole = kept = _blended(before, restored)
    if one.keeps_light and one.fits:
        whole = kept = with_light_of(before, whole)
        restored = torch.from_numpy(whole.visible).permute(2, 0, 1)
    # Judged whole: a weak step leaves much of its fault because that was asked for.
    if fraction and later is not None and one.task is not None:
        kept, said = _guarded(execute, one, before, whole, later)
    if one.darkens and not is_darker(kept, before):
        # The network saw no such fault. What was asked for is done all the same, in figures.
        kept, fraction = adjusted(before, _DARKER)[0], one.fraction * how.strength
        said = ["enhancement: I saw no excess of light; made darker all the same"]
    if fraction and coding is not None and one.artefacts != "lit" and _deblocks(one, coding):
        kept, note = deblocked(kept, coding)
        said = [*said, *filter(None, [note])]
    if kept is whole:
        return _blended(before, restored, fraction), said
    return replace(_faded(before, kept, fraction), metadata=kept.metadata), said


def _prepared(photo: Photo, one: Pass, how: Settings, mask: Mask | None) -> tuple[Photo, list[str]]:
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
        photo = within(mask, photo, _faded(photo, with_fill_light(photo), one.fraction * how.strength))
        said.append("low light: the picture is not dark all over; its dark parts alone were lifted")
    if one.task is Task.DENOISING and one.fits:
        freed, note = freed_of_impulses(photo, one.fraction * how.strength)
        photo = within(mask, photo, freed)
        said += [note] if note else []
    return photo, said


def _grained(
    photo: Photo, passes: Sequence[Pass], stages: Sequence[Photo], fraction: float
) -> tuple[Photo, str]:
    """The last stage with a fraction of the noise that was removed on the way."""
    for number, one in enumerate(passes):
        if one.task is Task.DENOISING:
            noisy = stages[number - 1] if number else photo
            return with_grain(stages[-1], noisy, stages[number], fraction)
    return stages[-1], "grain: no noise was removed, so none is put back"


def _guarded(
    execute: Execute, one: Pass, before: Photo, after: Photo, later: Collection[Task]
) -> tuple[Photo, list[str]]:
    """What the guard leaves of a pass, and what it says."""
    assert one.task is not None
    faint = one.artefacts == "only"
    verdict: Verdict = judge(one.task, before, after, later=later, asked=one.asked, faint=faint)
    name = one.task.value.replace("_", " ")
    said = [f"{name}: {verdict.text}"] if verdict.text else []
    kept = _faded(before, after, verdict.fraction)
    for fault in verdict.shown:
        if fault in one.clears:
            part = inner(kept)
            pixels = torch.from_numpy(part.of(kept.visible)).permute(2, 0, 1)
            outcome = execute(pixels[None], [PLAIN_INSTRUCTIONS[fault]], [fault])
            clear = _blended(kept, _between_margins(kept, part, outcome.restored[0], fault))
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
    return torch.from_numpy(part.put(photo.visible, made)).permute(2, 0, 1)


def _blended(before: Photo, restored: Tensor, fraction: float = 1.0) -> Photo:
    """Go that fraction of the way to (3, H, W); what has no colours, though stored in colour, gets none."""
    if before.neutral:
        restored = restored.mean(0, keepdim=True).expand(3, -1, -1)
    start = torch.from_numpy(before.visible).permute(2, 0, 1)
    return before.with_visible(torch.lerp(start, restored, fraction).permute(1, 2, 0).numpy())


def _faded(before: Photo, after: Photo, fraction: float) -> Photo:
    """The picture that lies that fraction of the way from one to the other."""
    if fraction in (0, 1):
        return after if fraction else before
    return _blended(before, torch.from_numpy(after.visible).permute(2, 0, 1), fraction)

"""Runs of passes: those of a picture one after the other, those of several pictures together."""

from collections.abc import Callable, Iterable, Sequence

import torch

from instructir.images import Photo
from instructir.restoration.airlight import with_grey_haze
from instructir.restoration.applying import PassInput, applied, prepared
from instructir.restoration.artefacts import filed_as, freed_of_artefacts, traced_for
from instructir.restoration.blending import within
from instructir.restoration.grain import with_grain
from instructir.restoration.margins import inner
from instructir.restoration.masking import Mask
from instructir.restoration.passes import Execute, Pass, Stages
from instructir.settings import Settings
from instructir.tasks import Task


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
    pictures = list(map(_Picture, photos, passes, settings, masks))
    for number in range(max(map(len, passes), default=0)):
        if begin is not None:
            begin(number)
        begun = [(picture, picture.begin(number)) for picture in pictures]
        for group in _of_one_size((picture, given) for picture, given in begun if given is not None):
            _run_together(execute, group)
    return [picture.stages() for picture in pictures]


class _Picture:
    """A picture on its way through its passes."""

    def __init__(self, photo: Photo, passes: Sequence[Pass], how: Settings, mask: Mask | None) -> None:
        self._photo, self._passes, self._how, self._mask = photo, passes, how, mask
        traced = traced_for(photo, passes)
        self._start, self._notes = freed_of_artefacts(traced, passes, how, mask)
        self._freed = self._start is not traced
        self._made: list[Photo] = []
        """After each of the passes that are done."""

    def begin(self, number: int) -> PassInput | None:
        """Do what a pass does without the network; what that begins with, None where it is not to run."""
        if number >= len(self._passes):
            return None
        one = self._passes[number]
        last = self._made[-1] if self._made else self._start
        photo, said = prepared(last, one, self._how, self._mask)
        self._notes += said
        if one.adjustment is not None or one.fills or (one.artefacts == "only" and self._freed):
            self._made.append(photo)
            return None
        return PassInput(
            photo,
            inner(photo),
            self._passes[number:],
            self._how,
            grown=photo.width > last.width,
            # Only the first pass has the file's own pixels.
            coding=photo.metadata.jpeg if number == 0 else None,
        )

    def end(self, given: PassInput, after: Photo, said: Sequence[str]) -> None:
        """Keep what a pass through the network made, where the mask lets it."""
        self._made.append(within(self._mask, given.photo, after))
        self._notes += said

    def stages(self) -> Stages:
        """What became of it."""
        photos, notes = self._made, self._notes
        if self._how.grain and photos:
            last, note = self._grained()
            photos, notes = [*photos[:-1], last], [*notes, note]
        return Stages(tuple(filed_as(self._photo, one) for one in photos), tuple(dict.fromkeys(notes)))

    def _grained(self) -> tuple[Photo, str]:
        """The last stage with a fraction of the noise that was removed on the way."""
        stages = [self._start, *self._made]
        for one, noisy, clean in zip(self._passes, stages, self._made, strict=False):
            if one.task is Task.DENOISING:
                return with_grain(stages[-1], noisy, clean, self._how.grain)
        return stages[-1], "grain: no noise was removed, so none is put back"


_Begun = tuple[_Picture, PassInput]
"""A picture, and what its next pass is given."""


def _of_one_size(begun: Iterable[_Begun]) -> Iterable[list[_Begun]]:
    """Those that can run together: enlarged pictures may differ, and those with margins."""
    groups: dict[tuple[int, ...], list[_Begun]] = {}
    for picture, given in begun:
        groups.setdefault(given.size, []).append((picture, given))
    return groups.values()


def _run_together(execute: Execute, group: Sequence[_Begun]) -> None:
    """Run the network once for the passes that pictures of one size have begun."""
    passes = [given.one for _, given in group]
    pixels = torch.stack([given.pixels for _, given in group])
    outcome = with_grey_haze(
        execute,
        pixels,
        [one.words for one in passes],
        [one.task for one in passes],
        [one.fits for one in passes],
    )
    for (picture, given), seen, restored in zip(group, pixels, outcome.restored, strict=True):
        picture.end(given, *applied(execute, given, seen, outcome._replace(restored=restored)))

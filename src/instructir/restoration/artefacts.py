"""What the JPEG file of a picture left in it, from before its first pass to the file that is written.

Only the file's own pixels answer to its tables. So what it left is found, and mostly removed, before the
passes, and the result is not written as the tables say.
"""

from collections.abc import Sequence
from dataclasses import replace

from instructir.images import Photo
from instructir.images.metadata import JpegCoding
from instructir.restoration.blending import faded, within
from instructir.restoration.deblocking import deblocked, is_coarse, is_fine
from instructir.restoration.masking import Mask
from instructir.restoration.passes import Pass
from instructir.restoration.traces import with_traces
from instructir.settings import Settings


def traced_for(photo: Photo, passes: Sequence[Pass]) -> Photo:
    """A picture that says how an earlier file of it was coded, where a pass asks.

    Before light is added only what is seen counts: fine traces are not worth that the light is judged anew.
    """
    asked = {one.artefacts for one in passes} - {"leave"}
    found = with_traces(photo) if asked else photo
    return found if asked != {"lit"} or is_coarse(found.metadata.jpeg) else photo


def freed_of_artefacts(
    photo: Photo, passes: Sequence[Pass], how: Settings, mask: Mask | None
) -> tuple[Photo, list[str]]:
    """A picture without what its JPEG file left, where a pass wants only that, or comes after others.

    Nobody has to judge this: it never leads further from what was compressed.

    Args:
        photo: the picture itself where nothing is removed.
        passes: all that are to be done to it.
        how: its settings, for their strength.
        mask: of the picture: what is removed where.

    Returns:
        The picture, and what is to be said of it.
    """
    wanting = [
        one
        for number, one in enumerate(passes)
        if deblocks(one, photo.metadata.jpeg)
        and (not number if one.artefacts == "lit" else number or one.artefacts == "only")
    ]
    fraction = max((one.fraction for one in wanting), default=0.0) * how.strength
    if not fraction:
        return photo, []
    clean, said = deblocked(photo)
    if clean is photo:
        return photo, []
    part = replace(faded(photo, clean, fraction), metadata=clean.metadata)
    return within(mask, photo, part), [said]


def deblocks(one: Pass, coding: JpegCoding | None) -> bool:
    """Whether a pass also removes what a JPEG file left."""
    if one.artefacts == "lit":
        return not is_fine(coding)
    return one.artefacts in ("also", "only") or (one.artefacts == "coarse" and is_coarse(coding))


def filed_as(photo: Photo, made: Photo) -> Photo:
    """What was made of a picture, less what its traces said: it is not written as an earlier file was."""
    own, coding = photo.metadata.jpeg, made.metadata.jpeg
    if coding is None or (own is not None and not is_fine(own) and coding.tables in ((), own.tables)):
        return made
    return replace(made, metadata=replace(made.metadata, jpeg=own and replace(own, orientation=None)))

"""What frames carry beside their pixels, read without PyAV's own access to it.

PyAV fails on kinds that are newer than itself, such as the EXIF of a camera's JPEG, and frees the tags of an
ICC profile twice, which ends the process. FFmpeg's filter `sidedata` tells what is there, and takes out of a
copy what must not be looked at; the frame itself keeps all of it.
"""

from typing import Any

from instructir.jobs.video.library import library

_WITH_TAGS = "ICC_PROFILE"
"""The kind that has tags of its own."""

_NEWER = 16
"""Kinds beyond those that PyAV knows; there are a few of them."""


def side_data(frame: Any) -> dict[str, bytes]:
    """What a frame carries, by the names that PyAV has for it; of an ICC profile only that it is there."""
    known = max(kind.value for kind in library().sidedata.sidedata.Type)
    hidden = [_WITH_TAGS, *range(known + 1, known + 1 + _NEWER)]
    copy = _filtered(frame, [f"mode=delete:type={kind}" for kind in hidden])
    found = {data.type.name: bytes(data) for data in copy.side_data}
    if _filtered(frame, [f"mode=select:type={_WITH_TAGS}"]) is not None:
        found[_WITH_TAGS] = b""
    return found


def _filtered(frame: Any, steps: list[str]) -> Any:
    """A copy of a frame after FFmpeg's filter for side data; None if it lets nothing pass."""
    av = library()
    graph = av.filter.Graph()
    chain = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    for name, told in [*(("sidedata", step) for step in steps), ("buffersink", None)]:
        following = graph.add(name, told)
        chain.link_to(following)
        chain = following
    graph.configure()
    graph.push(frame)
    try:
        return graph.pull()
    except (av.error.BlockingIOError, av.error.EOFError):
        return None

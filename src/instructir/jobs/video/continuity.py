"""Recordings put together by joining files: a clock that starts again goes on where it stood.

MPEG transport and program streams, and Ogg, may be joined byte for byte; each part then brings its own clock.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from instructir.jobs.video.library import library

_STEP_BACK = Fraction(1, 10)
"""Seconds that a clock steps back where it starts again; less is a packet that came a little too early."""


@dataclass
class _Track:
    """Where a track stands.

    Attributes:
        part: the number of the part that it is in.
        end: when its last packet ends, in seconds of that part's clock.
    """

    part: int
    end: Fraction


class Continuity:
    """What is to be added to the times of packets, the same for all tracks of a part.

    Tracks do not enter a part at once: one that lags behind still has packets of the part before.
    """

    def __init__(self, container: Any) -> None:
        """Begin before the first packet of PyAV's `container`."""
        self._may_start_again = bool(container.format.flags & library().format.Flags.ts_discont.value)
        self._added = [Fraction(0)]
        self._tracks: dict[int, _Track] = {}

    def added(self, packet: Any) -> Fraction:
        """Seconds to add to the times of `packet`; called with every packet of every track in turn."""
        if not self._may_start_again or packet.stream.type not in ("audio", "video"):
            return self._added[-1]
        track = self._tracks.setdefault(packet.stream.index, _Track(len(self._added) - 1, Fraction(0)))
        if packet.dts is not None and packet.time_base:
            begin = packet.dts * Fraction(packet.time_base)
            if begin + _STEP_BACK < track.end:
                if track.part == len(self._added) - 1:
                    self._added.append(self._added[-1] + track.end - begin)
                track.part = len(self._added) - 1
            track.end = begin + (packet.duration or 0) * Fraction(packet.time_base)
        return self._added[track.part]

"""The networks of a routed model: merged and made ready when a route is taken first, the last few kept."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from instructir.inference.native.executor import NativeExecutor
from instructir.inference.runtimes.interface import Runtime
from instructir.inference.strips import StripExecutor
from instructir.models.deltas import BASE, Delta, Route, merged
from instructir.models.image_network import ImageNetwork
from instructir.tasks import Task

KEPT = 8
"""Networks that are kept ready: as many as there are tasks, and the base or a mixture."""


@dataclass
class Ready:
    """A network's weights in the form that they are computed from.

    Attributes:
        whole: what computes whole pictures, if anything but strips does.
        strips: what computes pictures of any size; where something else does as well, once it was needed.
    """

    whole: Runtime | None = None
    strips: StripExecutor | NativeExecutor | None = None


class Networks:
    """A base and its deltas, and of the networks that they make the ones used last; threads may share it."""

    def __init__(
        self, base: ImageNetwork, deltas: Mapping[Task, Delta] | None = None, *, kept: int = KEPT
    ) -> None:
        self._base, self._deltas, self._kept = base, dict(deltas or {}), kept
        self._ready: OrderedDict[tuple[Route, Hashable], Ready] = OrderedDict()
        self._lock = threading.Lock()

    def network(self, route: Route = BASE) -> ImageNetwork:
        """The network that `route` leads to, in float32; not to be changed."""
        return merged(self._base, self._deltas, route)

    def ready(
        self, route: Route, form: Hashable, prepare: Callable[[ImageNetwork, Ready | None], Ready]
    ) -> Ready:
        """What `prepare` made of the network that `route` leads to, kept for the next time.

        One network is prepared at a time. What drops out lives on as long as somebody computes with it.

        Args:
            route: the deltas that are merged.
            form: what else the result depends on: runtime, precision, device.
            prepare: called with the network and what it made of another in the same form, if that is kept.
        """
        key = (route, form)
        with self._lock:
            found = self._ready.get(key)
            if found is None:
                alike = next((ready for (_, other), ready in self._ready.items() if other == form), None)
                found = self._ready[key] = prepare(self.network(route), alike)
                while len(self._ready) > self._kept:
                    self._ready.popitem(last=False)
            self._ready.move_to_end(key)
            return found

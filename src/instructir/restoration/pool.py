"""Pictures side by side: how many at a time, with how many threads each, in how much memory.

Where torch computes on a processor, as many pictures as there are cores run at once, with one thread each:
their layers never wait for each other, and one picture is read or written while others are computed. Giving
every core to one picture at a time is slower, and so are batches (see docs/folders.md). An accelerator, or a
runtime with threads of its own, computes one picture after the other, while further threads read and write.
"""

import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache, partial
from typing import Generic, Protocol, TypeVar

import torch

from instructir.images import admission
from instructir.inference.memory import MEMORY_FRACTION, exact_bytes, free_bytes
from instructir.inference.runtimes.choice import ANY_SIZE
from instructir.models.checkpoint import Model

_IN_TURN = 4
"""Pictures in hand where they are computed in turn: one computed, the others read or written."""

_PHOTO_BYTES = 120
"""Bytes a pixel of a picture in hand, network apart: as read, restored and encoded, and what goes between."""

_PROBE_SIDE = 1024


_Item = TypeVar("_Item")
Result = TypeVar("Result")
R = TypeVar("R", bound="Replicable")


class Replicable(Protocol):
    """What a pool can hold: a :class:`~instructir.restoration.restorer.Restorer`."""

    model: Model
    device: torch.device

    @property
    def runtime(self) -> str:
        """What computes the network."""

    def replica(self: R) -> R:
        """Another one with the same weights, that runs beside this one."""


def runs_in_parallel(restorer: Replicable) -> bool:
    """Whether several pictures at once are faster than one after the other."""
    return restorer.device.type == "cpu" and restorer.runtime in ANY_SIZE


@cache
def use_one_thread_in_forks() -> None:
    """Have each process that is forked from now on compute with one thread.

    The threads that torch has begun do not come along, and a process that shares work with them waits for
    ever.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=partial(torch.set_num_threads, 1))


class Pool(Generic[R]):
    """A restorer and its replicas, for as many threads as `size` says.

    Attributes:
        size: how many pictures are worked on at a time.
    """

    def __init__(self, restorer: R, size: int | None = None, *, memory: int | None = None) -> None:
        """Prepare the replicas.

        Args:
            restorer: whose weights and settings count.
            size: how many pictures at a time; by default what the device does best.
            memory: bytes that all pictures in hand may take together; by default, by what is free now.
        """
        self._threads = torch.get_num_threads()
        self._shares_threads = runs_in_parallel(restorer)
        self.size = size or (self._threads if self._shares_threads else _IN_TURN)
        self._idle: queue.SimpleQueue[R] = queue.SimpleQueue()
        for number in range(self.size):
            self._idle.put(restorer.replica() if self._shares_threads and number else restorer)
        bytes_per_pixel = float(_PHOTO_BYTES)
        if restorer.device.type == "cpu":
            side = _PROBE_SIDE
            bytes_per_pixel += exact_bytes(restorer.model.image.config, torch.float32, side, side) / side**2
        if memory is None:
            # Half, so that the picture computed next still finds the other half free.
            memory = int(free_bytes(torch.device("cpu")) * MEMORY_FRACTION / 2)
        self._memory = _Memory(int(memory / bytes_per_pixel))
        self._busy = 0
        self._lock = threading.Lock()

    @contextmanager
    def lease(self) -> Iterator[tuple[R, Callable[[int], None]]]:
        """A restorer for the calling thread alone, and what to tell the pixels of its picture.

        Pictures that are read meanwhile tell theirs by themselves.
        """
        restorer = self._idle.get()
        with self._lock:
            self._busy += 1
        # The number holds for this thread; where fewer pictures are in hand than cores, each gets more.
        torch.set_num_threads(max(1, self._threads // self._busy) if self._shares_threads else self._threads)
        try:
            with self._memory.ticket() as admit, admission(admit):
                yield restorer, admit
        finally:
            with self._lock:
                self._busy -= 1
            self._idle.put(restorer)

    def map(
        self, function: Callable[[_Item], Result], items: Iterable[_Item], *, ordered: bool
    ) -> Iterator[Result]:
        """Map `function`, which leases what it needs, over `items` with as many threads as the pool's size.

        At most two items a thread are taken ahead of what was yielded, so endless streams and slow readers
        are fine. What `function` raises is raised here, and no further item is begun.

        Args:
            function: runs in several threads at once.
            items: read by the caller's thread.
            ordered: whether results come in the order of the items, or as they are ready.
        """
        pending: deque[Future[Result]] = deque()

        def taken() -> Result:
            first = pending[0] if ordered else wait(pending, return_when=FIRST_COMPLETED).done.pop()
            pending.remove(first)
            return first.result()

        with ThreadPoolExecutor(self.size, thread_name_prefix="restoring") as pool:
            try:
                for item in items:
                    pending.append(pool.submit(function, item))
                    if len(pending) >= 2 * self.size:
                        yield taken()
                while pending:
                    yield taken()
            finally:
                for future in pending:
                    future.cancel()
                # The calling thread, and threads yet to come, have all cores again.
                torch.set_num_threads(self._threads)


class _Memory:
    """Lets pictures in while their pixels fit; one that never would is let in alone."""

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._used = 0
        self._changed = threading.Condition()

    @contextmanager
    def ticket(self) -> Iterator[Callable[[int], None]]:
        """What to call, and wait for, before a picture of so many pixels takes its memory."""
        held = 0

        def admit(pixels: int) -> None:
            nonlocal held
            if held:
                return
            with self._changed:
                self._changed.wait_for(lambda: self._used == 0 or self._used + pixels <= self._pixels)
                self._used += pixels
                held = pixels

        try:
            yield admit
        finally:
            with self._changed:
                self._used -= held
                self._changed.notify_all()

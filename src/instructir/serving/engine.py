"""The workers that run the model, their queue, and who watches over them."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain

from instructir.errors import InstructIRError
from instructir.inference.borders import runs_of
from instructir.inference.progress import report_progress
from instructir.restoration.batch import restore_batch
from instructir.restoration.enlarging import enlarged_size
from instructir.restoration.planning import fit_plan, refuse_impossible, with_settings
from instructir.restoration.pool import Pool, runs_in_parallel
from instructir.restoration.restorer import Restorer
from instructir.serving.problems import Problem
from instructir.serving.requests import BrokenOffError, RestoreRequest
from instructir.sizes import Size

_logger = logging.getLogger(__name__)

_FIRST_GUESS = 8e-6
"""Seconds a pixel and pass, until there is a measurement: one core of a processor."""


class Engine:
    """Restores pictures, or batches of equal sizes, in threads of its own.

    On a CPU there are as many workers as cores, and each computes with its fraction of them; an accelerator,
    or a runtime with threads of its own, has one. A defect ends a worker; its supervisor answers what it was
    working on and starts another.
    """

    def __init__(
        self, restorer: Restorer, *, queue: int, pixels: int, batch: int = 0, workers: int = 0
    ) -> None:
        """Prepare; nothing runs before :meth:`start`.

        Args:
            restorer: the model.
            queue: most requests that wait.
            pixels: most pixels that wait, whatever their number; one picture may always.
            batch: most pictures in a batch; 0 is 8 on accelerators and 1 on a CPU, where a batch is no
                faster than its pictures.
            workers: how many pictures or batches at once; 0 is what the device does best.
        """
        self.restorer = restorer
        self.batch = batch or (1 if restorer.device.type == "cpu" else 8)
        self._pool = Pool(restorer, workers or (None if runs_in_parallel(restorer) else 1))
        self.observe: Callable[[int, float], None] | None = None
        self.deaths = 0
        self._queue, self._pixels = queue, pixels
        self._waiting: deque[RestoreRequest] = deque()
        self._running: dict[int, tuple[RestoreRequest, ...]] = {}  # by the number of the worker
        self._changed = threading.Condition()
        self._stopping = False
        self._seconds_per_pixel = _FIRST_GUESS
        self._supervisors = [
            threading.Thread(target=self._supervise, args=(number,), name="supervisor", daemon=True)
            for number in range(self._pool.size)
        ]

    def start(self) -> None:
        """Begin to work."""
        for supervisor in self._supervisors:
            supervisor.start()

    @property
    def alive(self) -> bool:
        """Whether requests are taken on."""
        return not self._stopping and all(supervisor.is_alive() for supervisor in self._supervisors)

    @property
    def depth(self) -> int:
        """Requests that wait."""
        return len(self._waiting)

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        return not (self._waiting or self._running)

    @property
    def pace(self) -> float:
        """Seconds a pixel and pass, by what the last pictures took."""
        return self._seconds_per_pixel

    def expect(self, pace: float) -> None:
        """Reckon with `pace` until pictures say otherwise."""
        self._seconds_per_pixel = pace

    def submit(self, request: RestoreRequest) -> None:
        """Put `request` in the queue; its future will hold the result.

        Raises:
            Problem: ``busy`` if the queue is full, ``shutting_down`` after :meth:`stop`.
        """
        with self._changed:
            if self._stopping:
                raise shutting_down()
            pixels = request.pixels + sum(other.pixels for other in self._waiting)
            full = len(self._waiting) >= self._queue or (self._waiting and pixels > self._pixels)
            if full and not request.reserved:
                raise busy(self.seconds_ahead())
            self._waiting.append(request)
            self._changed.notify_all()

    def discard(self, request: RestoreRequest) -> None:
        """Take `request` out of the queue, or break its run off; nothing happens to a finished one."""
        request.break_off()
        with self._changed:
            if request in self._waiting:
                self._waiting.remove(request)
                _fail(request, BrokenOffError())

    def seconds_ahead(self) -> float:
        """How long what waits and runs will take, by what the last pictures took."""
        requests = [*self._waiting, *chain.from_iterable(self._running.values())]
        return self._seconds_per_pixel * sum(request.cost for request in requests) / self._pool.size

    def stop(self, grace: float) -> None:
        """Finish what waits and runs within `grace` seconds, then answer the rest ``shutting_down``."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.idle, grace)
            for request in (*self._waiting, *chain.from_iterable(self._running.values())):
                # Now: a run hears that it is broken off only after its block, and the server waits no longer.
                _fail(request, shutting_down())
                request.break_off()
            self._waiting.clear()
        for supervisor in self._supervisors:
            if supervisor.ident is not None:
                supervisor.join(5)

    def _supervise(self, number: int) -> None:
        while True:
            worker = threading.Thread(target=self._run_batches, args=(number,), name="worker", daemon=True)
            worker.start()
            worker.join()
            with self._changed:
                unfinished = self._running.pop(number, ())
                if self._stopping and not unfinished:
                    return
                self.deaths += 1
                self._give_back(unfinished)
                self._changed.notify_all()

    def _give_back(self, requests: Sequence[RestoreRequest]) -> None:
        """Answer the request that its worker died of; those of a batch get another try, each alone."""
        if len(requests) == 1:
            _fail(requests[0], Problem("worker_died", "it failed on this picture; the log says more"))
            return
        for request in requests:
            request.alone = True
        self._waiting.extendleft(reversed(requests))

    def _run_batches(self, number: int) -> None:
        # A call's end lets go of its pictures, before the next ones are waited for.
        while self._run_batch(number):
            pass

    def _run_batch(self, number: int) -> bool:
        """Do one batch; False when there is none any more."""
        batch = self._take(number)
        if not batch:
            return False
        with self._pool.lease() as (restorer, admit):
            ready = [request for request in batch if self._planned(request)]
            admit(sum(request.pixels for request in batch))
            start = time.perf_counter()
            self._restore(restorer, ready)
            seconds = time.perf_counter() - start
        with self._changed:
            del self._running[number]
            self._changed.notify_all()
        self._learn(batch, seconds)
        return True

    def _take(self, number: int) -> tuple[RestoreRequest, ...]:
        """The oldest request that is still wanted and those like it; none when the engine stops.

        A worker takes only what those before it are too busy for. So a picture that comes alone always has
        the same worker, the only one that ever computes with all cores. Its threads wait awake for the next
        layer; as soon as a process holds more threads than cores, the runtime has them sleep instead.
        """
        with self._changed:
            while True:
                while self._waiting and all(before in self._running for before in range(number)):
                    first = self._waiting.popleft()
                    if _begin(first):
                        batch = self._running[number] = self._companions(first)
                        self._changed.notify_all()  # the next worker's turn
                        return batch
                    self._changed.notify_all()
                if self._stopping and not self._waiting:
                    return ()
                self._changed.wait()

    def _companions(self, first: RestoreRequest) -> tuple[RestoreRequest, ...]:
        batch = [first]
        for request in [other for other in self._waiting if other.can_join(first)]:
            if len(batch) == self.batch:
                break
            self._waiting.remove(request)
            if _begin(request):
                batch.append(request)
        return tuple(batch)

    def _restore(self, restorer: Restorer, ready: Sequence[RestoreRequest]) -> None:
        if not ready:
            return
        if ready[0].experts is not None:
            restorer = restorer.with_experts(ready[0].experts)

        def follow(pixels: float) -> None:
            for request in ready:
                request.pixels_done += pixels / len(ready)
            if not any(request.wanted for request in ready):
                raise BrokenOffError

        try:
            with report_progress(follow):
                results = restore_batch(
                    restorer,
                    [request.photo for request in ready],
                    [request.plan for request in ready if request.plan],
                    [request.settings for request in ready],
                )
        except (InstructIRError, BrokenOffError) as error:
            for request in ready:
                _fail(request, error)
            return
        for request, result in zip(ready, results, strict=True):
            if not request.future.done():
                request.future.set_result(result)

    def _planned(self, request: RestoreRequest) -> bool:
        """Plan `request`; False where it is answered with that already."""
        try:
            if request.plan is None:
                request.plan = self.restorer.plan(request.instruction, request.photo)
            else:
                request.plan = fit_plan(self.restorer.tasks, request.plan, request.photo)
            refuse_impossible(request.plan, request.instruction, self.restorer.model)
            request.plan = with_settings(request.plan, request.settings, self.restorer.tasks, request.photo)
            scale = next((step.scale for step in request.plan.steps if step.scale), request.settings.scale)
            if scale:
                width, height = enlarged_size(request.photo, Size.parse(scale), self._pixels // 2)
                request.enlarged = width * height
        except InstructIRError as error:
            _fail(request, error)
            return False
        runs = runs_of(request.settings.ensemble, request.photo.height, request.photo.width)
        request.passes = len(request.plan.steps) * runs
        return True

    def _learn(self, batch: Sequence[RestoreRequest], seconds: float) -> None:
        if all(request.wanted and not request.future.exception() for request in batch):
            cost = sum(request.cost for request in batch)
            self._seconds_per_pixel += 0.2 * (seconds / cost - self._seconds_per_pixel)
            if self.observe is not None:
                self.observe(len(batch), seconds)


def busy(seconds: float) -> Problem:
    """The refusal while too much waits."""
    return Problem("busy", "too many pictures are waiting; try again later", retry_after=min(60, 1 + seconds))


def shutting_down() -> Problem:
    """The refusal after the end has begun."""
    return Problem("shutting_down", "send it again when the server is back", retry_after=5)


def _begin(request: RestoreRequest) -> bool:
    """Mark `request` as running, unless nobody wants it any more."""
    if not request.wanted:
        _fail(request, BrokenOffError())
        return False
    # One that lost its worker is running already.
    return request.future.running() or request.future.set_running_or_notify_cancel()


def _fail(request: RestoreRequest, error: Exception) -> None:
    if not request.future.done():
        # Its traceback would keep the maps of the run, and the request, in a circle with the future.
        request.future.set_exception(error.with_traceback(None))

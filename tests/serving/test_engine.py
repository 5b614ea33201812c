"""The queue and its worker, without sockets."""

import gc
import threading
import time
import weakref
from concurrent.futures import Future

import numpy as np
import pytest

from helpers.patience import PATIENCE, wait_until
from helpers.serving import picture
from instructir.errors import OutOfScopeError
from instructir.images import Photo
from instructir.restoration.batch import restore_batch
from instructir.restoration.loading import load
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Restoration
from instructir.serving import engine as engine_module
from instructir.serving.engine import Engine
from instructir.serving.pictures import decode_upload
from instructir.serving.problems import Problem
from instructir.serving.requests import BrokenOffError, RestoreRequest
from instructir.settings import Settings


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load()


@pytest.fixture
def engine(restorer: Restorer):
    made = Engine(restorer, queue=4, pixels=10_000_000, batch=3, workers=1)
    yield made
    made.stop(5)


def work(
    instruction: str | None = "remove the noise", size: tuple[int, int] = (24, 32), seed: int = 0
) -> RestoreRequest:
    return RestoreRequest(decode_upload(picture(*size, seed), "a.png", 10**6), instruction)


class Gate:
    """Keeps runs waiting until it is opened, and notes their sizes."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.batches: list[int] = []


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch):
    """Runs wait until it is opened; the batches that were run are noted."""

    made = Gate()

    def held(restorer, photos, plans, settings):
        made.batches.append(len(photos))
        assert made.opened.wait(PATIENCE)
        return restore_batch(restorer, photos, plans, settings)

    monkeypatch.setattr(engine_module, "restore_batch", held)
    yield made
    made.opened.set()


def running(engine: Engine) -> RestoreRequest:
    first = work()
    engine.submit(first)
    wait_until(lambda: not engine.depth)
    return first


def await_progress(request: RestoreRequest) -> None:
    wait_until(lambda: request.progress, pause=0.005)


def test_a_batch_gives_what_its_pictures_give_alone(restorer: Restorer) -> None:
    sentences = ["remove the noise", "it is dark and grainy", "clear the haze a little"]
    photos = [decode_upload(picture(24, 32, seed), "a.png", 10**6) for seed in range(3)]
    plans = [restorer.plan(sentence) for sentence in sentences]
    together = restore_batch(restorer, photos, plans, [Settings(strength=s) for s in (1.0, 0.5, 1.0)])
    for photo, plan, strength, result in zip(photos, plans, [1.0, 0.5, 1.0], together, strict=True):
        alone = restorer.restore(photo, strength=strength, plan=plan)
        np.testing.assert_allclose(result.pixels, alone.pixels, atol=1e-5)
        assert result.plan is plan
        assert len(result.stages) == len(plan.steps)


def test_equal_sizes_share_a_batch(engine: Engine, gate) -> None:
    engine.start()
    first = running(engine)
    others = [work(seed=1), work(size=(16, 16)), work(seed=2)]
    for one in others:
        engine.submit(one)
    gate.opened.set()
    for one in (first, *others):
        assert one.future.result(PATIENCE).photo.height == one.photo.height
    assert gate.batches == [1, 2, 1]


def test_workers_run_side_by_side_and_a_lone_picture_has_the_first(
    restorer: Restorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, workers = threading.Barrier(2), []

    def noted(restorer, photos, plans, settings):
        workers.append((threading.current_thread(), restorer))
        if [own.strength for own in settings] == [0.5]:
            both.wait(PATIENCE)
        return restore_batch(restorer, photos, plans, settings)

    monkeypatch.setattr(engine_module, "restore_batch", noted)
    engine = Engine(restorer, queue=9, pixels=10_000_000, batch=1, workers=2)
    engine.start()
    try:
        for seed in range(3):
            alone = work(seed=seed)
            engine.submit(alone)
            alone.future.result(PATIENCE)
            time.sleep(0.5)  # the worker has to be back before the next picture comes
        assert len({thread for thread, _ in workers}) == 1
        del workers[:]
        pair = [work(seed=seed) for seed in range(2)]
        for one in pair:
            one.settings = Settings(strength=0.5)
            engine.submit(one)
        for one in pair:
            one.future.result(PATIENCE)
        assert len({thread for thread, _ in workers}) == 2
        assert len({id(own) for _, own in workers}) == 2  # each has a replica of its own
    finally:
        engine.stop(5)


def test_a_full_queue_refuses_with_a_time_to_come_back(engine: Engine, gate) -> None:
    engine.start()
    running(engine)
    for _ in range(4):
        engine.submit(work())
    with pytest.raises(Problem) as caught:
        engine.submit(work())
    assert caught.value.code == "busy"
    assert int(caught.value.headers()["Retry-After"]) >= 1


def test_pixels_that_wait_are_bounded_too(restorer: Restorer, gate) -> None:
    engine = Engine(restorer, queue=99, pixels=1000, batch=1, workers=1)
    engine.start()
    running(engine)
    engine.submit(work())
    with pytest.raises(Problem, match="waiting"):
        engine.submit(work())
    gate.opened.set()
    engine.stop(5)


def test_what_nobody_waits_for_is_not_run(engine: Engine, gate) -> None:
    engine.start()
    running(engine)
    left, late = work(size=(8, 8)), work(size=(9, 9))
    late.deadline = time.monotonic() - 1
    engine.submit(left)
    engine.submit(late)
    engine.discard(left)
    gate.opened.set()
    for one in (left, late):
        assert isinstance(one.future.exception(PATIENCE), BrokenOffError)
    assert gate.batches == [1]


def test_a_run_is_broken_off_between_blocks(engine: Engine) -> None:
    engine.start()
    big = work(size=(700, 900))
    engine.submit(big)
    await_progress(big)
    assert 0 < big.progress < 0.9
    engine.discard(big)
    assert isinstance(big.future.exception(PATIENCE), BrokenOffError)
    assert big.pixels_done < 0.95 * big.pixels


def test_what_is_broken_off_frees_its_picture_at_once(engine: Engine) -> None:
    engine.start()
    big = work(size=(300, 400))
    picture_of = weakref.ref(big.photo)
    engine.submit(big)
    await_progress(big)
    gc.disable()
    try:
        engine.discard(big)
        assert isinstance(big.future.exception(PATIENCE), BrokenOffError)
        del big
        wait_until(lambda: picture_of() is None and engine.idle)
    finally:
        gc.enable()


def test_progress_reaches_the_whole(restorer: Restorer, engine: Engine) -> None:
    engine.start()
    one = work("it is dark and grainy", size=(64, 64))
    engine.submit(one)
    one.future.result(PATIENCE)
    assert one.passes == 2 * len(restorer.plan("it is dark and grainy").steps)
    assert one.pixels_done == pytest.approx(one.pixels * one.passes, rel=0.01)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_dies_is_replaced_and_only_its_culprit_fails(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fragile(restorer, photos, plans, settings):
        if any(own.strength == 0.25 for own in settings):
            raise SystemExit("a defect")
        return restore_batch(restorer, photos, plans, settings)

    monkeypatch.setattr(engine_module, "restore_batch", fragile)
    works = [work(seed=seed) for seed in range(3)]
    works[1].settings = Settings(strength=0.25)
    for one in works:
        engine.submit(one)
    engine.start()
    assert works[0].future.result(PATIENCE)
    assert works[2].future.result(PATIENCE)
    error = works[1].future.exception(PATIENCE)
    assert isinstance(error, Problem)
    assert error.code == "worker_died"
    assert engine.deaths == 2
    last = work()
    engine.submit(last)
    assert last.future.result(PATIENCE)


def test_a_refusal_fails_its_own_request_only(engine: Engine) -> None:
    works = [work("remove the person on the left"), work(seed=1)]
    for one in works:
        engine.submit(one)
    engine.start()
    assert isinstance(works[0].future.exception(PATIENCE), OutOfScopeError)
    assert works[1].future.result(PATIENCE)


def test_stopping_finishes_what_runs_and_waits(engine: Engine, gate) -> None:
    engine.start()
    first, second = running(engine), work()
    engine.submit(second)
    threading.Timer(0.3, gate.opened.set).start()
    engine.stop(20)
    results: list[Future[Restoration]] = [first.future, second.future]
    assert all(isinstance(future.result(0).photo, Photo) for future in results)
    with pytest.raises(Problem) as caught:
        engine.submit(work())
    assert caught.value.code == "shutting_down"


def test_the_grace_has_an_end(engine: Engine, gate) -> None:
    """What runs is answered then, too, before its block is through."""
    engine.start()
    first, second = running(engine), work()
    engine.submit(second)
    engine.stop(0.2)
    for request in (first, second):
        error = request.future.exception(0)
        assert isinstance(error, Problem)
        assert error.code == "shutting_down"
    gate.opened.set()

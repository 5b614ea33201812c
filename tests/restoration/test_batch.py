"""Streams of pictures: order, failures, threads, memory."""

import io
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers.patience import PATIENCE
from instructir.errors import ConfigError, ImageFileError, InstructionError
from instructir.images import read
from instructir.restoration.inputs import ImageLike
from instructir.restoration.pool import Pool
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Failure, Restoration

WISH = "take the noise away"


def pictures(count: int, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (9 + i % 3, 12, 3), dtype=np.uint8) for i in range(count)]


def pool_of(restorer: Restorer, size: int, pixels: int | None = None) -> Pool[Restorer]:
    pool = Pool(restorer, size)
    if pixels is not None:
        pool._memory._pixels = pixels
    return pool


def restored(result: Restoration | Failure) -> np.ndarray:
    assert isinstance(result, Restoration)
    return result.pixels


def test_results_are_those_of_restore_in_the_order_of_the_pictures(tiny: Restorer) -> None:
    given = pictures(25)
    results = list(tiny.restore_many(given, WISH, strength=0.7))
    for picture, result in zip(given, results, strict=True):
        assert np.array_equal(restored(result), tiny.restore(picture, WISH, strength=0.7).pixels)


def test_a_bad_picture_is_a_failure_in_its_place_and_stops_nothing(tiny: Restorer, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.fromarray(pictures(1)[0]).save(good)
    bad.write_text("no picture")
    given: list[ImageLike] = [good, str(bad), np.zeros((4, 4, 7), np.uint8), good]
    first, second, third, fourth = tiny.restore_many(given, WISH)
    assert isinstance(first, Restoration)
    assert isinstance(fourth, Restoration)
    assert isinstance(second, Failure)
    assert second.source == str(bad)
    assert "not a picture" in second.reason
    assert isinstance(third, Failure)
    assert third.source == "picture 2"


def test_instructions_and_plans(tiny: Restorer) -> None:
    one, two = pictures(2)
    own = list(tiny.restore_many([(one, "sharpen the blurry photo"), two], WISH))
    assert np.array_equal(restored(own[0]), tiny.restore(one, "sharpen the blurry photo").pixels)
    assert np.array_equal(restored(own[1]), tiny.restore(two, WISH).pixels)
    plan = tiny.plan(WISH)
    results = tiny.restore_many([one, two], plan=plan)
    assert [result.plan for result in results if isinstance(result, Restoration)] == [plan, plan]
    (empty,) = tiny.restore_many([(one, " ")], WISH)
    assert isinstance(empty, Failure)


def test_what_holds_for_all_is_refused_before_the_first(tiny: Restorer) -> None:
    with pytest.raises(InstructionError):
        tiny.restore_many(pictures(1), "  ")
    with pytest.raises(ConfigError):
        tiny.restore_many(pictures(1), WISH, strength=2)


@pytest.mark.parametrize(
    ("images", "says"),
    [
        ("ab.jpg", "ab.jpg is not several pictures"),
        (Path("ab.jpg"), "ab.jpg is not several pictures"),
        (np.zeros((4, 5, 3), np.uint8), r"an array of shape \(4, 5, 3\) is not"),
        (np.zeros((4, 5)), r"an array of shape \(4, 5\) is not"),
        (b"data", "a file is not"),
        (io.BytesIO(b"data"), "a file is not"),
        (Image.new("RGB", (4, 5)), "Image is not"),
        (None, "NoneType is not"),
    ],
)
def test_one_picture_is_no_list(tiny: Restorer, images: Any, says: str) -> None:
    with pytest.raises(ImageFileError, match=f"{says}.*: give a list of pictures"):
        tiny.restore_many(images, WISH)


def test_an_array_of_several_is_a_list(tiny: Restorer) -> None:
    given = np.stack(pictures(1) * 2)
    for result in tiny.restore_many(given, WISH):
        assert np.array_equal(restored(result), tiny.restore(given[0], WISH).pixels)


FORKED = """
import os, sys
import numpy as np, torch
import instructir

def sums():
    picture = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    one, *others = restorer.restore(picture), *restorer.restore_many([picture] * 3)
    return [float(result.pixels.sum()) for result in (one, *others)]

torch.set_num_threads(2)
restorer = instructir.load(sys.argv[1])
expected = sums()
child = os.fork()
if not child:
    assert torch.get_num_threads() == 1
    assert np.allclose(sums(), expected)
    os._exit(0)
assert torch.get_num_threads() == 2
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forks_of_a_process_that_restored_restore_too(plain_model: str) -> None:
    subprocess.run([sys.executable, "-c", FORKED, plain_model], check=True, timeout=PATIENCE)


def test_endless_streams_are_read_only_as_far_as_needed(tiny: Restorer) -> None:
    taken = itertools.count()

    def endless() -> Iterator[np.ndarray]:
        for _ in taken:
            yield pictures(1)[0]

    stream: Any = tiny.restore_many(endless(), WISH)
    for _ in range(3):
        next(stream)
    stream.close()
    import torch

    assert next(taken) <= 3 + 2 * torch.get_num_threads()


def test_streams_of_several_threads_do_not_mix(tiny: Restorer) -> None:
    lists = [pictures(8, seed) for seed in range(3)]
    results: list[list[np.ndarray]] = [[], [], []]

    def run(number: int) -> None:
        results[number] = [restored(result) for result in tiny.restore_many(lists[number], WISH)]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for given, got in zip(lists, results, strict=True):
        assert len(got) == 8
        for picture, pixels in zip(given, got, strict=True):
            assert np.array_equal(pixels, tiny.restore(picture, WISH).pixels)


@pytest.mark.parametrize("ordered", [True, False])
def test_a_defect_is_raised_and_nothing_further_begun(tiny: Restorer, ordered: bool) -> None:
    begun = []

    def breaks(item: int) -> int:
        begun.append(item)
        if item == 3:
            raise ZeroDivisionError
        return item

    with pytest.raises(ZeroDivisionError):
        list(pool_of(tiny, 2).map(breaks, range(100), ordered=ordered))
    assert len(begun) < 20


def test_unordered_results_do_not_wait_for_the_slowest(tiny: Restorer) -> None:
    release = threading.Event()

    def slow_first(item: int) -> int:
        if item == 0:
            assert release.wait(PATIENCE)
        return item

    results = pool_of(tiny, 3).map(slow_first, range(6), ordered=False)
    early = [next(results) for _ in range(2)]
    release.set()
    assert 0 not in early
    assert sorted([*early, *results]) == list(range(6))


def test_pictures_are_read_only_while_their_pixels_fit(tiny: Restorer, tmp_path: Path) -> None:
    """Eight threads, room for two pictures of 100 pixels; one of 1,000 is let in alone."""
    pool = pool_of(tiny, 8, pixels=250)
    sizes = [(10, 10)] * 12 + [(25, 40)] + [(10, 10)] * 6
    for number, size in enumerate(sizes):
        Image.new("RGB", size).save(tmp_path / f"{number}.png")
    inside: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    def one(number: int) -> None:
        with pool.lease():
            photo = read(tmp_path / f"{number}.png")
            with lock:
                inside.append(photo.width * photo.height)
                most.append(sum(inside))
            time.sleep(0.01)
            with lock:
                inside.remove(photo.width * photo.height)

    list(pool.map(one, range(len(sizes)), ordered=True))
    assert 1000 in most
    assert max(pixels for pixels in most if pixels != 1000) <= 250
    assert pool._memory._used == 0


def test_cores_are_given_back(tiny: Restorer) -> None:
    import torch

    before = torch.get_num_threads()
    list(tiny.restore_many(pictures(4), WISH))
    assert torch.get_num_threads() == before


def test_whatever_is_no_picture_is_a_failure(tiny: Restorer) -> None:
    stream = io.BytesIO()
    Image.fromarray(pictures(1)[0]).save(stream, "PNG")
    cut: Any = Image.open(io.BytesIO(stream.getvalue()[:-60]))
    given: list[Any] = [cut, (cut, WISH), (1, 2, 3), None, pictures(1)[0]]
    *bad, good = tiny.restore_many(given, WISH)
    assert isinstance(good, Restoration)
    for number, failure in enumerate(bad):
        assert isinstance(failure, Failure)
        assert failure.source == f"picture {number}"
    assert "a tuple of 3 is no picture: give (picture, instruction)" in str(bad[2])

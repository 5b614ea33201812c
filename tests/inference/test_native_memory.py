"""What the compiled kernel holds of a picture and its maps, and what it keeps for the next one."""

import weakref

import torch

from helpers.networks import SMALL, random_input, random_network
from instructir.inference.borders import Surrounded
from instructir.inference.native.executor import NativeExecutor
from instructir.inference.native.maps import _Memory, _memory, release_memory
from instructir.models.image_network import ImageConfig


def test_half_precision_takes_half_of_the_memory(half, kernel):
    config = ImageConfig(16, (1, 1, 1, 1), 1, (1, 1, 1, 1), text_dim=16)
    network = random_network(config)
    image, text = random_input(config, 64, 96)
    taken = []
    for one in (kernel, half):
        release_memory()
        NativeExecutor(network, one)(image, text)
        taken.append(sum(values.nbytes for values in _memory._unused))
    assert taken[1] == taken[0] // 2


def test_what_surrounds_a_picture_is_not_held_while_blocks_run(kernel, monkeypatch):
    image, text = random_input(SMALL, 40, 60)
    executor = NativeExecutor(random_network(), kernel)
    seen, made, held = Surrounded(image, 16), [], []
    expected = executor(seen.all(), text)
    again, run_blocks = Surrounded.__getitem__, executor._run_blocks

    def remembered(self, index):
        picture = again(self, index)
        made.append(weakref.ref(picture))
        return picture

    def watched(*arguments):
        held.append(any(picture() is not None for picture in made))
        run_blocks(*arguments)

    monkeypatch.setattr(Surrounded, "__getitem__", remembered)
    monkeypatch.setattr(executor, "_run_blocks", watched)
    assert torch.equal(executor(seen, text), expected)
    assert len(made) == 2
    assert not any(held)


def test_memory_of_earlier_runs_is_used_again_whatever_is_in_it(kernel):
    network = random_network()
    image, text = random_input(SMALL, 40, 60)
    executor = NativeExecutor(network, kernel)
    release_memory()
    expected = executor(image, text)
    assert len(_memory._unused) == 2  # the first stage's stream, and all the rest
    left = {values.data_ptr() for values in _memory._unused}
    with torch.inference_mode():
        for values in _memory._unused:
            values.view(torch.float32).fill_(float("nan"))
    assert torch.equal(executor(image, text), expected)
    assert {values.data_ptr() for values in _memory._unused} == left
    release_memory()
    assert not _memory._unused


def test_more_memory_than_is_worth_it_is_not_kept(monkeypatch):
    monkeypatch.setattr(_Memory, "_MOST", 1000)
    memory = _Memory()
    for size in (100, 200, 100):
        memory.keep(torch.empty(size, dtype=torch.float32))
    assert [len(values) for values in memory._unused] == [100, 100]
    memory.keep(torch.empty(40))
    assert len(memory.take(30)) == 40  # the smallest that is large enough
    assert len(memory.take(101)) == 101

"""Deltas of weights: packed, merged, routed, kept in files, and everything that must be refused."""

import copy
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from instructir.errors import CheckpointError, ConfigError
from instructir.models.checkpoint import METADATA_KEY, Model, load_model, save_model
from instructir.models.deltas import BASE, clear_task, delta_between, merged, route_to
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.pretrained import resolve
from instructir.models.routing import for_task, route
from instructir.models.tensors import read_tensors
from instructir.models.text_head import TextHead
from instructir.tasks import TASKS, Task

NOISE, RAIN, HAZE = Task.DENOISING, Task.DERAINING, Task.DEHAZING
# Wide enough for matrices of every kind: large, small, and too short for a scale.
CONFIG = ImageConfig(width=24, encoder_blocks=(1, 1), middle_blocks=1, decoder_blocks=(1, 1), text_dim=9)


@pytest.fixture(scope="module")
def base() -> Model:
    torch.manual_seed(0)
    network = ImageNetwork(CONFIG).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.copy_(torch.randn_like(parameter).mul_(0.2).half())
    return Model("tiny", network, TextHead(16, 9, 7).half().float(), "bge-micro-v2")


def tuned(base: Model, seed: int, size: float = 1e-3) -> Model:
    """A model whose image network lies a little away from the base's."""
    generator = torch.Generator().manual_seed(seed)
    network = copy.deepcopy(base.image)
    for parameter in network.parameters():
        parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=size)
    return Model(f"tuned-{seed}", network, copy.deepcopy(base.text), base.encoder, provenance={"steps": seed})


@pytest.fixture(scope="module")
def routed(base: Model) -> Model:
    return route(base, {RAIN: tuned(base, 2), NOISE: tuned(base, 1)}, name="routed")


def flat(network: torch.nn.Module) -> torch.Tensor:
    return torch.cat([weights.flatten() for weights in network.parameters()])


@pytest.mark.parametrize(("bits", "expected"), [(4, 10.8), (8, 34.9)])
def test_rounding_loses_what_the_bits_allow(base: Model, bits: int, expected: float) -> None:
    """Signal to noise of large matrices in dB: that of steps of one and of a sixteenth standard deviation."""
    end = tuned(base, 1).image
    found = dict(delta_between(base.image, end, bits=bits).differences(base.image))
    changes = {name: weights - base.image.get_parameter(name) for name, weights in end.named_parameters()}
    large = [name for name, change in changes.items() if change.numel() > 8192]
    signal = torch.stack([changes[name].square().sum() for name in large]).sum()
    noise = torch.stack([(changes[name] - found[name]).square().sum() for name in large]).sum()
    assert 10 * torch.log10(signal / noise) == pytest.approx(expected, abs=0.3)


def test_a_delta_of_whole_steps_is_exact(base: Model) -> None:
    """Unpacked by hand: a matrix's codes, the highest bits first, times its standard deviation."""
    end, name = copy.deepcopy(base.image), "middle_blks.0.conv1.weight"
    weights = end.get_parameter(name)
    down, up = [-8] + 32 * [1] + 63 * [0], [7] + 47 * [-1] + 48 * [0]  # their mean square is 1
    steps = torch.tensor([down, up] * (len(weights) // 2))
    weights.add_((steps / 64).view(weights.shape))
    delta = delta_between(base.image, end, bits=4)
    found = dict(delta.differences(base.image))
    assert torch.equal(found[name].flatten(1), steps / 64)
    assert sum(part.count_nonzero() for part in found.values()) == steps.count_nonzero()
    large = [key for key, weights in sorted(base.image.named_parameters()) if weights.numel() > 8192]
    start = sum(base.image.get_parameter(key).numel() for key in large[: large.index(name)])
    nibbles = np.stack([delta.codes.numpy() >> 4, delta.codes.numpy() & 15], 1).ravel()
    assert (nibbles[start : start + steps.numel()] - 8.0).tolist() == steps.flatten().tolist()


def test_small_matrices_have_eight_bits(base: Model) -> None:
    end = copy.deepcopy(base.image)
    end.intro.weight[5].view(-1)[:] += (torch.arange(27) * 9 - 127) / 1024
    delta = delta_between(base.image, end)
    found = dict(delta.differences(base.image))["intro.weight"]
    assert torch.equal(found[5].flatten(), (torch.arange(27) * 9 - 127) / 1024)


def test_a_network_without_change_has_an_empty_delta(base: Model) -> None:
    delta = delta_between(base.image, base.image)
    made = merged(base.image, {NOISE: delta}, ((NOISE, 1.0),))
    assert torch.equal(flat(made), flat(base.image))


def test_merging_is_what_a_naive_loop_gives(routed: Model) -> None:
    fractions = ((NOISE, 0.625), (RAIN, 0.25))
    made = dict(merged(routed.image, routed.deltas, fractions).named_parameters())
    parts = {task: dict(delta.differences(routed.image)) for task, delta in routed.deltas.items()}
    for name, weights in routed.image.named_parameters():
        expected = weights.numpy().copy()
        for task, fraction in fractions:
            expected = expected + np.float32(fraction) * parts[task][name].numpy()
        np.testing.assert_allclose(made[name].numpy(), expected, rtol=0, atol=1e-7)
        assert torch.equal(made[name] == weights, torch.from_numpy(expected) == weights)


def test_the_base_is_left_alone_and_needs_no_copy(routed: Model) -> None:
    before = flat(routed.image).clone()
    assert merged(routed.image, routed.deltas, BASE) is routed.image
    merged(routed.image, routed.deltas, ((NOISE, 1.0),))
    assert torch.equal(flat(routed.image), before)


def test_a_task_leads_to_its_delta_and_to_the_base_without_one(routed: Model) -> None:
    assert route_to(NOISE, routed.deltas) == ((NOISE, 1.0),)
    assert route_to(HAZE, routed.deltas) == route_to(None, routed.deltas) == route_to(NOISE, {}) == BASE


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.99, 0, 0.01, 0, 0, 0, 0], NOISE),
        ([0.25, 0, 0.75, 0, 0, 0, 0], RAIN),
        ([0.27, 0, 0.73, 0, 0, 0, 0], None),
        ([0, 0, 0, 0, 0.45, 0.01, 0.54], None),
    ],
)
def test_the_text_head_decides_where_it_is_sure(probabilities: list[float], expected: Task | None) -> None:
    assert clear_task(probabilities, TASKS) is expected


def test_a_routed_model_comes_back_as_it_was_saved(routed: Model, tmp_path: Path) -> None:
    save_model(routed, tmp_path / "routed.safetensors")
    loaded = load_model(tmp_path / "routed.safetensors")
    assert loaded.name == "routed"
    assert list(loaded.deltas) == [NOISE, RAIN]  # in class order
    assert loaded.deltas[NOISE].provenance == {"name": "tuned-1", "steps": 1}
    for task in (NOISE, RAIN):
        one, other = (flat(merged(model.image, model.deltas, ((task, 1.0),))) for model in (routed, loaded))
        assert torch.equal(one, other)


def test_a_model_without_deltas_is_the_file_that_it_was(base: Model, tmp_path: Path) -> None:
    save_model(base, tmp_path / "base.safetensors")
    metadata, tensors = read_tensors(tmp_path / "base.safetensors")
    header = json.loads(metadata[METADATA_KEY])
    assert header["format"] == 1
    assert "deltas" not in header
    assert {name.partition(".")[0] for name in tensors} == {"image", "text"}
    assert load_model(tmp_path / "base.safetensors").deltas == {}


def test_deltas_of_all_tasks_fit_the_wheel() -> None:
    """Of random changes, which nothing compresses better than a real one's."""
    shipped = resolve()
    delta = delta_between(shipped.image, tuned(shipped, 1).image)
    compressed = sum(len(zlib.compress(part.numpy().tobytes())) for part in delta.parts().values())
    base = shipped.image.parameters()
    wheel = sum(len(zlib.compress(weights.half().numpy().tobytes())) for weights in base)
    other = 9.5e6  # everything else in the package, compressed
    assert delta.bytes < 2.5e6
    assert compressed < 1.8e6
    assert wheel + len(TASKS) * compressed + other < 30e6


def test_routing_replaces_a_delta_and_keeps_the_others(base: Model, routed: Model) -> None:
    again = route(routed, {RAIN: tuned(base, 7), HAZE: tuned(base, 8)})
    assert list(again.deltas) == [NOISE, RAIN, HAZE]
    assert again.deltas[NOISE] is routed.deltas[NOISE]
    assert again.deltas[RAIN].provenance["name"] == "tuned-7"
    assert again.name == "routed"


def test_a_delta_is_taken_from_a_routed_model(base: Model, routed: Model) -> None:
    made = route(base, {RAIN: routed})
    assert made.deltas == {RAIN: routed.deltas[RAIN]}


def test_models_that_do_not_fit_are_not_routed(base: Model, routed: Model) -> None:
    other = ImageNetwork(ImageConfig(4, (1,), 1, (1,), text_dim=9))
    with pytest.raises(CheckpointError, match="small is of another size"):
        route(base, {NOISE: Model("small", other, base.text, base.encoder)})
    trained = tuned(base, 1)
    assert trained.text is not None
    with torch.no_grad():
        trained.text.fc1.bias.add_(0.1)
    with pytest.raises(CheckpointError, match=r"text head of tuned-1 .* model\.freeze_text: true"):
        route(base, {NOISE: trained})
    with pytest.raises(CheckpointError, match="dehazing: routed is a routed model without a delta of it"):
        route(base, {HAZE: routed})
    with pytest.raises(CheckpointError, match="of another base than tuned-1"):
        route(tuned(base, 1), {NOISE: routed})
    with pytest.raises(CheckpointError, match="free is a text-free model"):
        route(Model("free", base.image, None, base.encoder), {NOISE: tuned(base, 1)})
    with pytest.raises(CheckpointError, match="tiny is no model of dehazing"):
        route(Model("tiny", base.image, base.text, base.encoder, TASKS[:3]), {HAZE: tuned(base, 1)})


def test_one_tasks_weights_are_a_model_without_deltas(base: Model, routed: Model) -> None:
    made = for_task(routed, "noise")
    assert (made.name, made.deltas) == ("routed-denoising", {})
    assert torch.equal(flat(made.image), flat(merged(routed.image, routed.deltas, ((NOISE, 1.0),))))
    assert torch.equal(flat(for_task(routed, "haze").image), flat(base.image))
    assert for_task(base, "") is base
    with pytest.raises(ConfigError, match=r"routed is routed, .*: give --task and one of denois"):
        for_task(routed, "")
    with pytest.raises(ConfigError, match="tiny has the same weights for every task"):
        for_task(base, "noise")
    with pytest.raises(ConfigError, match="unknown task 'ironing'"):
        for_task(routed, "ironing")


Tensors = dict[str, torch.Tensor]


def changed(part: str, change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[..., None]:
    """What changes a tensor of the file."""

    def damage(header: dict[str, Any], tensors: Tensors) -> None:
        name = f"delta.denoising.{part}"
        tensors[name] = change(tensors[name]).clone()

    return damage


def without(prefix: str) -> Callable[..., None]:
    """What takes tensors out of the file."""

    def damage(header: dict[str, Any], tensors: Tensors) -> None:
        for name in [name for name in tensors if name.startswith(prefix)]:
            del tensors[name]

    return damage


def described(value: object, *keys: str) -> Callable[..., None]:
    """What writes something else into the header."""

    def damage(header: dict[str, Any], tensors: Tensors) -> None:
        for key in keys[:-1]:
            header = header[key]
        header[keys[-1]] = value

    return damage


def six_tasks(header: dict[str, Any], tensors: Tensors) -> None:
    header["tasks"] = header["tasks"][1:]
    for name in ("text.fc2.weight", "text.fc2.bias"):
        tensors[name] = tensors[name][1:].clone()


INCOMPLETE, FOREIGN = "its deltas are incomplete", "a delta of denoising, which its text head cannot choose"
DAMAGES = {
    "part missing": (without("delta.denoising.scales"), INCOMPLETE),
    "small short": (changed("small", lambda part: part[1:]), r"denoising does not fit .* \(small\)"),
    "codes short": (changed("codes", lambda part: part[:-1]), r"denoising does not fit .* \(codes\)"),
    "codes of floats": (changed("codes", lambda part: part.half()), r"not fit the image network \(codes\)"),
    "scales a row": (changed("scales", lambda part: part[None]), r"not fit the image network \(scales\)"),
    "scales nan": (changed("scales", lambda part: part * torch.nan), r"not finite \(scales\)"),
    "vectors infinite": (changed("vectors", lambda part: part + torch.inf), r"not finite \(vectors\)"),
    "odd bits": (described(5, "deltas", "denoising", "bits"), "has 5 bits a weight, not 4 or 8"),
    "other bits": (described(8, "deltas", "denoising", "bits"), r"not fit the image network \(codes\)"),
    "bits a word": (described("many", "deltas", "denoising", "bits"), INCOMPLETE),
    "window below none": (described(-384, "deltas", "denoising", "window"), INCOMPLETE),
    "window a word": (described("wide", "deltas", "denoising", "window"), INCOMPLETE),
    "no provenance": (described({"bits": 4}, "deltas", "denoising"), INCOMPLETE),
    "unknown task": (described({"bits": 4, "provenance": {}}, "deltas", "ironing"), INCOMPLETE),
    "a list": (described(["denoising"], "deltas"), INCOMPLETE),
    "nothing": (described(None, "deltas"), INCOMPLETE),
    "headless": (without("text."), FOREIGN),
    "not its task": (six_tasks, FOREIGN),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_damaged_deltas_are_refused_in_one_line(routed: Model, tmp_path: Path, kind: str) -> None:
    damage, says = DAMAGES[kind]
    good, path = tmp_path / "good.safetensors", tmp_path / "bad.safetensors"
    save_model(routed, good)
    metadata, tensors = read_tensors(good)
    header = json.loads(metadata[METADATA_KEY])
    damage(header, tensors)
    save_file(tensors, path, metadata={METADATA_KEY: json.dumps(header)})
    with pytest.raises(CheckpointError, match=says) as caught:
        load_model(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_another_networks_delta_does_not_fit(routed: Model) -> None:
    smaller = ImageNetwork(ImageConfig(4, (1,), 1, (1,), text_dim=9))
    assert routed.deltas[NOISE].misfit(smaller) == "does not fit the image network (codes)"
    assert routed.deltas[NOISE].misfit(routed.image) == ""

"""Experts: single tasks computed by other models, from any kind of file, safely, exactly where possible."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from helpers.networks import exact, random_network, spandrel_here
from instructir.errors import CheckpointError, ConfigError, InstructIRError
from instructir.images import Photo
from instructir.inference.foreign import OpaqueNetwork
from instructir.instructions.plan import Plan, Step
from instructir.jobs.folders.worker import result_key
from instructir.models.checkpoint import Model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.restoration import applying
from instructir.restoration.batch import restore_batch
from instructir.restoration.expert_table import experts_of, own_table, read_table, write_table
from instructir.restoration.experts import load_expert
from instructir.restoration.guard import Verdict
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings, per_picture
from instructir.tasks import Task

BLUR, NOISE = Task.DEBLURRING, Task.DENOISING
CPU = torch.device("cpu")
NAFNET = ImageConfig(8, (1, 1), 1, (1, 1), text_dim=0)
PLAN = Plan("clear", (Step(NOISE, 1.0, 1.0, "the noise"), Step(BLUR, 1.0, 1.0, "the blur")))


@pytest.fixture(scope="module")
def nafnet() -> ImageNetwork:
    return random_network(NAFNET)


@pytest.fixture
def checkpoint(nafnet: ImageNetwork, tmp_path: Path) -> Path:
    """As the authors of NAFNet write theirs."""
    path = tmp_path / "NAFNet-GoPro.pth"
    torch.save({"params": nafnet.state_dict()}, path)
    return path


def table(folder: Path, **models: object) -> str:
    path = folder / "table.json"
    path.write_text(json.dumps({task: str(model) for task, model in models.items()}))
    return str(path)


def with_experts(tiny: Restorer, path: str, **more: Any) -> Restorer:
    settings = Settings(device="cpu", precision="fp32", guard=False, ensemble=1, experts=path, **more)
    return Restorer(tiny.model, settings)


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.asarray(pixels, np.float32).copy()).permute(2, 0, 1)[None]


def test_the_expert_of_a_step_computes_it_and_the_model_the_others(
    tiny: Restorer, nafnet: ImageNetwork, checkpoint: Path, photo_array: np.ndarray, tmp_path: Path
) -> None:
    alone = Restorer(tiny.model, Settings(device="cpu", precision="fp32", guard=False, ensemble=1))
    result = with_experts(tiny, table(tmp_path, deblurring=checkpoint)).restore(photo_array, plan=PLAN)
    first = alone.restore(photo_array, plan=dataclasses.replace(PLAN, steps=PLAN.steps[:1])).pixels
    assert np.array_equal(result.stages[0].pixels, first)
    expected = exact(nafnet, tensor(first), None).clamp(0, 1)
    torch.testing.assert_close(tensor(result.pixels), expected, atol=1e-5, rtol=0)
    assert np.abs(result.pixels - first).max() > 0.05
    assert "deblurring: computed by NAFNet-GoPro (NAFNet)" in result.notes
    assert not any(note.startswith("denoising: computed") for note in result.notes)
    assert 'deblurring 100% by NAFNet-GoPro (NAFNet) ("the blur")' in result.history
    assert 'denoising 100% ("the noise")' in result.history


def test_a_nafnet_is_exact_in_bounded_memory(tiny: Restorer, checkpoint: Path, tmp_path: Path) -> None:
    """It runs as our own network does: over strips, and in tiles that share the means of the picture."""
    pixels = np.random.default_rng(0).random((150, 170, 3), np.float32)
    one = dataclasses.replace(PLAN, steps=PLAN.steps[1:])
    path = table(tmp_path, deblurring=checkpoint)
    whole, tiled = (with_experts(tiny, path, tile=tile).restore(pixels, plan=one) for tile in ("off", 64))
    assert np.sqrt(np.square(whole.pixels - tiled.pixels).mean()) < 0.01


def test_the_guard_judges_experts_too(
    tiny: Restorer, checkpoint: Path, photo_array: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "judge", lambda *rest, **more: Verdict(0.0, "taken back"))
    restorer = with_experts(tiny, table(tmp_path, deblurring=checkpoint))
    settings = dataclasses.replace(restorer.settings, guard=True)
    one = dataclasses.replace(PLAN, steps=PLAN.steps[1:])
    result = restorer.restore(photo_array, plan=one, settings=settings)
    assert np.array_equal(np.asarray(result.image), photo_array)
    assert "deblurring: taken back" in result.notes


def test_pictures_of_a_batch_are_computed_by_their_own_experts(
    tiny: Restorer, checkpoint: Path, tmp_path: Path
) -> None:
    restorer = with_experts(tiny, table(tmp_path, deblurring=checkpoint))
    plans = [dataclasses.replace(PLAN, steps=PLAN.steps[number:][:1]) for number in (1, 0, 1)]
    photos = [Photo(np.random.default_rng(seed).random((40, 30, 3), np.float32)) for seed in range(3)]
    together = restore_batch(restorer, photos, plans, [restorer.settings] * 3)
    for photo, plan, result in zip(photos, plans, together, strict=True):
        alone = restorer.restore(photo, plan=plan)
        np.testing.assert_allclose(result.pixels, alone.pixels, atol=1e-5)
        assert result.experts == alone.experts


def test_a_model_with_text_is_given_words_and_keeps_its_own_tasks(
    tiny: Restorer, photo_array: np.ndarray, tmp_path: Path
) -> None:
    torch.manual_seed(5)
    other = dataclasses.replace(
        tiny.model, name="other", image=random_network(tiny.model.image.config, seed=5)
    )
    save_model(other, tmp_path / "other.safetensors", torch.float32)
    restorer = with_experts(tiny, table(tmp_path, deblurring=tmp_path / "other.safetensors"))
    one = dataclasses.replace(PLAN, steps=PLAN.steps[1:])
    result = restorer.restore(photo_array, plan=one)
    alone = Restorer(other, Settings(device="cpu", precision="fp32", guard=False, ensemble=1))
    assert np.array_equal(result.pixels, alone.restore(photo_array, plan=one).pixels)
    fewer = dataclasses.replace(other, tasks=tuple(Task)[:1] + tuple(Task)[2:], text=None)
    save_model(dataclasses.replace(fewer, name="free"), tmp_path / "free.safetensors")
    assert isinstance(load_expert(str(tmp_path / "free.safetensors"), CPU, BLUR), Model)


def test_a_bare_prediction_is_the_models_own(tiny: Restorer, checkpoint: Path, tmp_path: Path) -> None:
    restorer = with_experts(tiny, table(tmp_path, deblurring=checkpoint))
    alone = Restorer(tiny.model, Settings(device="cpu", precision="fp32", guard=False, ensemble=1))
    pixels = torch.rand(1, 3, 24, 24)
    assert torch.equal(restorer.predict(pixels, "remove the blur"), alone.predict(pixels, "remove the blur"))


def test_from_the_hub_by_name(
    nafnet: ImageNetwork, tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    for repository in ("someone--NAFNet", "someone--own"):
        snapshot = tmp_path / f"models--{repository}" / "snapshots" / ("a" * 40)
        (snapshot / "weights").mkdir(parents=True)
        (snapshot.parents[1] / "refs").mkdir()
        (snapshot.parents[1] / "refs" / "main").write_text("a" * 40)
        if repository.endswith("own"):
            save_model(tiny.model, snapshot / "tiny.safetensors")
        else:
            torch.save(nafnet.state_dict(), snapshot / "weights" / "GoPro.pth")
    found = load_expert("hub:someone/NAFNet/weights/GoPro.pth", CPU)
    assert isinstance(found, Model)
    assert found.name == "GoPro (NAFNet)"
    own = load_expert("hub:someone/own", CPU, BLUR)
    assert isinstance(own, Model)
    assert own.name == "tiny"
    with pytest.raises(CheckpointError, match=r"hub:nobody/nothing/x\.pth: cannot be fetched"):
        load_expert("hub:nobody/nothing/x.pth", CPU)


def test_what_spandrel_knows_is_tiled_with_overlap(
    tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spandrel_here(monkeypatch)
    from spandrel.architectures.DnCNN import DnCNN

    torch.manual_seed(0)
    network = DnCNN(in_nc=3, out_nc=3, nc=8, nb=8, act_mode="R").eval()
    torch.save({"state_dict": network.state_dict()}, tmp_path / "dncnn.pth")
    pixels = np.random.default_rng(0).random((150, 170, 3), np.float32)
    one = dataclasses.replace(PLAN, steps=PLAN.steps[:1])
    path = table(tmp_path, denoising=tmp_path / "dncnn.pth")
    whole, tiled = (with_experts(tiny, path, tile=tile).restore(pixels, plan=one) for tile in ("off", 128))
    with torch.inference_mode():
        expected = network(tensor(pixels)).clamp(0, 1)
    inside = np.s_[8:-8, 8:-8]
    found = tensor(whole.pixels)[0].permute(1, 2, 0)[inside]
    torch.testing.assert_close(found, expected[0].permute(1, 2, 0)[inside], atol=1e-5, rtol=0)
    np.testing.assert_allclose(tiled.pixels, whole.pixels, atol=1e-5)  # it looks no farther than the overlap
    assert "dncnn (DnCNN): in tiles of 128 pixels, blended where they overlap" in tiled.notes
    assert "denoising: computed by dncnn (DnCNN)" in whole.notes


def test_spandrels_own_nafnet_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spandrel_here(monkeypatch)
    from spandrel.architectures.NAFNet import NAFNet

    torch.manual_seed(0)
    theirs = NAFNet(width=8, middle_blk_num=1, enc_blk_nums=[1, 1], dec_blk_nums=[1, 1]).eval()
    for name, weights in theirs.named_parameters():
        if name.endswith(("beta", "gamma")):
            weights.data.normal_(0, 0.3)
    torch.save({"params": theirs.state_dict()}, tmp_path / "theirs.pth")
    found = load_expert(str(tmp_path / "theirs.pth"), CPU)
    assert isinstance(found, Model)
    image = torch.rand(1, 3, 36, 44)
    with torch.inference_mode():
        torch.testing.assert_close(found.image(image), theirs(image), atol=1e-5, rtol=0)


def test_memory_that_runs_out_makes_tiles_smaller() -> None:
    def function(pictures: torch.Tensor) -> torch.Tensor:
        if pictures[0, 0].numel() > 110 * 110:
            raise RuntimeError("out of memory")
        return pictures * 0.5

    network = OpaqueNetwork("other", function, multiple=4)
    image = torch.rand(2, 3, 200, 150)
    restored, notes = network.run(image, ensemble=2)
    torch.testing.assert_close(restored, image * 0.5, atol=1e-6, rtol=0)
    assert any("out of memory; repeated in tiles of" in note for note in notes)
    with pytest.raises(InstructIRError, match="other: out of memory: allow tiles"):
        network.run(image, "off")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no table", "not a table of experts"),
        ("[]", "not a table of experts"),
        ('{"deblurring": 3}', "not a table of experts"),
        ('{"ironing": "x.pth"}', "unknown task 'ironing'"),
        ('{"blur": "x.pth", "deblurring": "y.pth"}', "names deblurring twice"),
    ],
)
def test_tables_that_are_none_are_refused_before_any_picture(
    tiny: Restorer, tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "table.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        with_experts(tiny, str(path))
    assert str(caught.value).startswith(f"{path}: ")


def test_a_table_that_is_not_there_is_named(tiny: Restorer, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json: no table of experts"):
        with_experts(tiny, str(tmp_path / "none.json"))


def test_the_users_own_table_is_used_unless_it_is_turned_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTRUCTIR_EXPERTS", str(tmp_path / "own" / "experts.json"))
    assert experts_of("auto") == {}
    write_table(own_table(), {BLUR: "hub:a/b"})
    assert experts_of("auto") == {BLUR: "hub:a/b"}
    assert experts_of("off") == {}
    write_table(own_table(), {})
    assert not own_table().exists()


def test_files_are_taken_relative_to_the_table(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "table.json").write_text('{"blur": "NAFNet-GoPro.pth", "noise": "instructir-7d-lite"}')
    assert read_table(tmp_path / "table.json") == {BLUR: str(checkpoint), NOISE: "instructir-7d-lite"}


def test_other_experts_are_other_results(checkpoint: Path, tmp_path: Path) -> None:
    """A folder job restores again what it restored with another expert, or another file of its name."""
    settings = Settings(experts=table(tmp_path, deblurring=checkpoint))
    before = result_key(settings, "sharpen it")
    assert result_key(settings, "sharpen it") == before
    checkpoint.write_bytes(checkpoint.read_bytes() + b"more")
    after = result_key(settings, "sharpen it")
    table(tmp_path, denoising=checkpoint)
    assert len({before, after, result_key(settings, "sharpen it")}) == 3


def test_who_sends_a_picture_cannot_name_experts() -> None:
    """The API takes settings of a picture; which files a server loads is its operator's choice."""
    assert "experts" not in per_picture()

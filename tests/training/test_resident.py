"""Training with resident pictures: the same function, gradients and crops as without, on a CPU."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from helpers import needs
from helpers.networks import random_network
from helpers.training import tiny_options
from instructir.data.mixture import MixtureEntry
from instructir.data.sources import Companion, SourceOptions
from instructir.errors import ConfigError
from instructir.models.channels_last.network import ChannelsLast
from instructir.models.image_network import ImageConfig
from instructir.training.checkpoints import save_state
from instructir.training.network import MovingAverage, Trainee
from instructir.training.options import ModelOptions, OptimiserOptions, Phase, TrainOptions
from instructir.training.resident.mixture import ResidentMixture
from instructir.training.resident.pictures import CropPlace, ResidentEntry, ResidentPictures
from instructir.training.resident.step import Learner, ResidentBatch, Slot
from instructir.training.resident.trainer import ResidentTrainer
from instructir.training.run import train

CPU = torch.device("cpu")


def pictures(count=3, **more):
    rng = np.random.default_rng(0)
    pairs = [(rng.integers(0, 255, (40 + n, 50, 3), dtype=np.uint8), None) for n in range(count)]
    return pairs, ResidentPictures(pairs, Companion.NONE, CPU, least=16, **more)


def test_a_crop_is_a_cut_of_its_picture_mirrored_where_that_is_too_small():
    pairs, held = pictures()
    whole = int(np.flatnonzero(held.scales == 1)[0])
    place = CropPlace(np.array([0, 2]), np.array([whole, whole]), np.array([5, 0]), np.array([7, 0]))
    crops, other = held.crops(place, 30)
    assert other is None
    np.testing.assert_array_equal(crops[0].permute(1, 2, 0), pairs[0][0][5:35, 7:37])
    large = held.crops(CropPlace(*(np.array([value]) for value in (2, whole, 0, 0))), 60)[0][0]
    np.testing.assert_array_equal(
        large.permute(1, 2, 0), np.pad(pairs[2][0], ((0, 18), (0, 10), (0, 0)), "symmetric")
    )


def test_the_scales_hold_the_same_picture_smaller_and_larger():
    flat = np.full((64, 48, 3), 200, np.uint8)
    flat[:32] = 40
    held = ResidentPictures([(flat, None)], Companion.NONE, CPU, enlarged=True, least=16)
    assert (held.scales.max(), held.scales.min()) == (2, 0.25)
    for level in np.flatnonzero(held.usable[0]):
        height, width = held.sizes[0, level]
        assert (height, width) == (round(64 * held.scales[level]), round(48 * held.scales[level]))
        place = CropPlace(*(np.array([value]) for value in (0, level, 0, 0)))
        crop = held.crops(place, 12)[0]
        assert (crop[0, :, 0] == 40).all()
    assert not held.usable[0][held.scales < 0.34].any()  # below 16 pixels


def test_groups_hold_the_weights_margins_and_companions():
    _, clean = pictures()
    rng = np.random.default_rng(1)
    inverted = [(picture, 255 - picture) for picture in rng.integers(0, 255, (2, 40, 40, 3), dtype=np.uint8)]
    real = ResidentPictures(inverted, Companion.DEGRADED, CPU, least=16)
    entries = [
        ResidentEntry(0, clean, 3.0, (0.2, 0.4), margin=4),
        ResidentEntry(1, real, 1.0, shrink=0.5),
    ]
    group = ResidentMixture(entries, CPU, 5, compound=0.5, identity=0.0).group(16, 8, 10)
    tasks = group["task"].view(10, 8)
    assert ((tasks == 0).sum(1) == 6).all()
    assert group["clean"].shape == (80, 3, 24, 24)
    pairs = group["task"] == 1
    inner = group["clean"][pairs][..., 4:20, 4:20].int() + group["other"][pairs][..., 4:20, 4:20]
    scales = (inner - 255).abs()
    assert scales.max() <= 1
    assert (group["clean"][pairs][..., :4, :] == 0).all()
    further = (group["further"] >= 0).any(1)
    assert not further[pairs].any()
    assert 0.2 < further[~pairs].float().mean() < 0.8
    again = ResidentMixture(entries, CPU, 5, compound=0.5, identity=0.0).group(16, 8, 10)
    alike: dict[str, Any] = dict(again)
    assert all(alike[name].equal(value) for name, value in group.items())


def learner(options):
    torch.manual_seed(0)
    trainee = Trainee(ModelOptions(4, [1, 1], 1, [1, 1], 8), 384, 7)
    trainee.image.load_state_dict(random_network(ImageConfig(4, (1, 1), 1, (1, 1), 8)).state_dict())
    average = MovingAverage(trainee, options.ema)
    fast = ChannelsLast(trainee.image, torch.float32, compiled=False)
    return trainee, average, Learner(trainee, fast, average.parameters, options, torch.ones(7))


def batch():
    torch.manual_seed(3)
    pictures = torch.rand(2, 4, 3, 16, 16)
    return ResidentBatch(pictures[0], pictures[1], torch.arange(4), torch.randn(4, 384))


def test_a_step_moves_the_weights_as_the_plain_loop_does():
    options = OptimiserOptions(lr=1e-2, ema=0.5, clip=0.1, weight_decay=0.0)
    trainee, average, fast = learner(options)
    plain = Trainee(ModelOptions(4, [1, 1], 1, [1, 1], 8), 384, 7)
    plain.load_state_dict(trainee.state_dict())
    first, second = options.betas
    theirs = torch.optim.AdamW(plain.parameters(), lr=1e-2, betas=(first, second), weight_decay=0.0)
    before = {name: value.clone() for name, value in plain.state_dict().items()}
    restored, logits = plain(batch().degraded, batch().sentences)
    loss = (restored - batch().target).abs().mean() + F.cross_entropy(logits, batch().task)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(plain.parameters(), 0.1)
    theirs.step()
    Slot(fast, batch())(batch(), 1e-2)
    for name, value in plain.state_dict().items():
        torch.testing.assert_close(trainee.state_dict()[name], value, atol=2e-4, rtol=1e-3)
        torch.testing.assert_close(average.weights[name], (before[name] + value) / 2, atol=2e-4, rtol=1e-3)
    assert fast.losses.sum().item() == pytest.approx(loss.item(), rel=1e-4)


def test_gradients_that_are_not_finite_leave_the_weights_alone():
    trainee, _, fast = learner(OptimiserOptions(lr=1e-2))
    before = {name: value.clone() for name, value in trainee.state_dict().items()}
    broken = batch()._replace(degraded=torch.full((4, 3, 16, 16), float("nan")))
    Slot(fast, broken)(broken, 1e-2)
    assert all(trainee.state_dict()[name].equal(value) for name, value in before.items())


def test_what_is_kept_comes_back_in_place():
    trainee, _, fast = learner(OptimiserOptions(lr=1e-2))
    put_back = fast.kept()
    before = {name: value.clone() for name, value in trainee.state_dict().items()}
    slot = Slot(fast, batch())
    slot(batch(), 1e-2)
    after = {name: value.clone() for name, value in trainee.state_dict().items()}
    put_back()
    assert all(trainee.state_dict()[name].equal(value) for name, value in before.items())
    slot(batch(), 1e-2)  # the optimiser begins anew, too
    assert all(trainee.state_dict()[name].equal(value) for name, value in after.items())


def resident(folder: Path) -> TrainOptions:
    return replace(tiny_options(folder), resident=True)


@needs("train")
def test_a_run_writes_what_any_run_writes_and_learns(tmp_path):
    options = resident(tmp_path)
    model = train(options)
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [2, 4, 6, 8, 10, 12]
    assert model.provenance["crops"] == 6 * 8 + 6 * 4
    assert options.model_file.is_file()
    fresh = ResidentTrainer(replace(options, out=str(tmp_path / "other")))
    changed = [
        not a.equal(b)
        for a, b in zip(model.image.parameters(), fresh.trainee.image.parameters(), strict=True)
    ]
    assert any(changed)


@needs("train")
def test_a_resumed_run_is_the_run_that_was_not_interrupted(tmp_path):
    whole = train(resident(tmp_path / "whole"))
    options = resident(tmp_path / "parts")
    first = ResidentTrainer(options)
    for _, crops in zip(range(5), first._batches(), strict=False):
        first._train_step(crops)
        first.step += 1
    state = {
        "trainee": first.trainee.state_dict(),
        "average": first.average.weights,
        "optimizer": first.optimizer.state_dict(),
        "scaler": {},
        "step": 5,
        "crops": 40,
        "hours": 0.0,
        "sums": first.meter.sums,
    }
    save_state(state, first.folder, 5)
    resumed = train(options, resume=True)
    for one, other in zip(whole.image.parameters(), resumed.image.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-5)


@needs("train")
def test_pairs_and_depth_are_trained_on(tmp_path):
    options = resident(tmp_path)
    for name in ("target", "input", "depth"):
        (tmp_path / "pairs" / name).mkdir(parents=True)
        for path in (tmp_path / "clean").glob("*.png"):
            (tmp_path / "pairs" / name / path.name).write_bytes(path.read_bytes())
    options.data.sources |= {
        "pairs": SourceOptions("pairs", ["pairs"], shrink=0.3),
        "depth": SourceOptions("depth", ["pairs"], companion="depth", enlarge=0.3),
    }
    options.data.mixture += [MixtureEntry("denoising", "pairs"), MixtureEntry("dehazing", "depth", margin=3)]
    assert train(options).provenance["steps"] == 12


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"optimiser": OptimiserOptions(kind="muon")}, "adamw"),
        ({"precision": "fp16"}, "bf16"),
        ({"phases": [Phase(1.0, 18, 4)]}, "multiples of 4"),
    ],
)
def test_what_such_a_run_cannot_do_is_said(tmp_path, change, says):
    with pytest.raises(ConfigError, match=says):
        ResidentTrainer(replace(resident(tmp_path), **change))


def test_such_a_run_makes_no_earlier_steps(tmp_path):
    options = resident(tmp_path)
    options.data.mixture.append(MixtureEntry("deraining", "clean", after="noise"))
    with pytest.raises(ConfigError, match=r"data\.mixture: after"):
        ResidentTrainer(options)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_a_captured_step_is_the_eager_one(tmp_path):
    captured = train(resident(tmp_path / "gpu"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Slot, "_captured", lambda self: self._eager)
        eager = train(resident(tmp_path / "eager"))
    for one, other in zip(captured.image.parameters(), eager.image.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-2)

"""The trainers of the networks that read sentences and see faults: what they write can be used."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.training import make_pictures
from instructir.errors import DataError
from instructir.instructions.corpus.examples import Example
from instructir.instructions.language import LATIN, score
from instructir.instructions.reader import ENGLISH
from instructir.models.bundled import packaged
from instructir.models.deblocking_network import DeblockingNetwork
from instructir.models.fault_network import FaultNetwork
from instructir.models.planner_network import Reader
from instructir.models.tensors import read_tensors
from instructir.restoration.diagnosis import FAULT_WEIGHTS
from instructir.tasks import TASKS, Task
from instructir.training import deblocking, faults, planner


def test_the_fault_network_is_trained_on_any_folder(tmp_path: Path) -> None:
    make_pictures(tmp_path / "a" / "b", count=24)
    make_pictures(tmp_path / "dark", count=1)
    (tmp_path / "dark" / "pairs.csv").write_text("lq,kind\n0,low\n")
    data = faults.FaultData(str(tmp_path), ["."], ["dark/pairs.csv"])
    options = faults.FaultOptions(str(tmp_path / "out"), steps=2, batch=2, data=data)
    metadata, tensors = read_tensors(faults.train_faults(options))
    FaultNetwork().load_state_dict(tensors)
    about = json.loads(metadata["diagnosis"])
    assert about["steps"] == 2
    assert set(about["thresholds"]) == {task.value for task in TASKS}
    assert not list(Path(options.out).glob(".*"))


def test_the_fault_network_goes_on_from_what_it_is(tmp_path: Path) -> None:
    make_pictures(tmp_path, count=24)
    data = faults.FaultData(str(tmp_path))
    options = faults.FaultOptions(str(tmp_path / "out"), steps=1, batch=2, lr=0.0, initial=True, data=data)
    weights = read_tensors(faults.train_faults(options))[1]
    shipped = read_tensors(packaged(FAULT_WEIGHTS))[1]
    assert all(torch.equal(weights[name], shipped[name]) for name, _ in FaultNetwork().named_parameters())


def test_rooms_are_hazy_by_their_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The left half of the room is at hand, the right one far away: that alone is veiled."""
    monkeypatch.setattr(faults, "_ROOMS", 1.0)
    depth = np.zeros((224, 224, 3), np.uint8)
    depth[:, 112:] = 255
    for name, pixels in (("target", np.full_like(depth, 20)), ("depth", depth)):
        (tmp_path / name).mkdir()
        Image.fromarray(pixels).save(tmp_path / name / "0.png")
    room = (tmp_path / "target" / "0.png", tmp_path / "depth" / "0.png")
    pictures, present, strengths = faults.Sampler([room[0]], [], 0, [room]).batch(8)
    halves = pictures.mean(1).unflatten(2, (2, 112)).mean((1, 3))
    assert torch.allclose(halves.amin(1), torch.tensor(20 / 255), atol=0.01)
    assert (halves.amax(1) > 0.2).all()
    assert torch.equal(present.sum(0).nonzero().flatten(), torch.tensor([Task.DEHAZING.class_index]))
    assert (strengths[:, Task.DEHAZING.class_index] >= 0.12).all()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (faults.FaultData(clean=["nowhere"]), "nowhere: no such folder"),
        (faults.FaultData(clean=["few"]), "holds 1 pictures"),
        (faults.FaultData(lists=["none.csv"]), r"none\.csv: no such file"),
        (faults.FaultData(lists=["few/wrong.csv"]), r"wrong\.csv: names 'x'"),
        (faults.FaultData(depth=["few"]), "depth: no such folder"),
        (faults.FaultData(depth=["rooms"]), r"has no depth map of its name in .*depth"),
    ],
)
def test_missing_pictures_of_faults_are_named(tmp_path: Path, data: faults.FaultData, message: str) -> None:
    make_pictures(tmp_path / "clean", count=24)
    make_pictures(tmp_path / "few", count=1)
    make_pictures(tmp_path / "rooms" / "target", count=2)
    make_pictures(tmp_path / "rooms" / "depth", count=1)
    (tmp_path / "few" / "wrong.csv").write_text("lq,kind\nx,low\n")
    data.root = str(tmp_path)
    with pytest.raises(DataError, match=message):
        faults.train_faults(faults.FaultOptions(str(tmp_path / "out"), data=data))
    assert not (tmp_path / "out").exists()


def test_the_network_of_artefacts_is_trained_on_any_folder(tmp_path: Path) -> None:
    make_pictures(tmp_path / "a" / "b", count=12)
    data = deblocking.DeblockingData(str(tmp_path), ["."])
    options = deblocking.DeblockingOptions(
        str(tmp_path / "out"), steps=18, batch=2, size=32, kept=40, twice=0.5, grey=0.5, data=data
    )
    metadata, tensors = read_tensors(deblocking.train_deblocking(options))
    assert metadata == {"steps": "18"}
    network = DeblockingNetwork()
    network.load_state_dict(tensors)
    # At first it adds nothing to the filter.
    assert network.tail.weight.abs().max() > 0


def test_missing_pictures_of_artefacts_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder, message in (("empty", "holds no pictures"), ("nowhere", "nowhere: no such folder")):
        options = deblocking.DeblockingOptions(str(tmp_path / "out"))
        options.data = deblocking.DeblockingData(str(tmp_path), [folder])
        with pytest.raises(DataError, match=message):
            deblocking.train_deblocking(options)


def test_the_identifier_learns_the_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {code: [f"{code}{code} word{index}" for index in range(60)] for code in LATIN}
    monkeypatch.setattr(planner, "languages", lambda: lines)
    options = planner.PlannerOptions(str(tmp_path), parts=["identifier"], identifier_epochs=30)
    (path,) = planner.train_planner(options)
    logits = score(read_tensors(path)[1]["weights"].float(), [lines[code][0] for code in LATIN])
    assert logits.argmax(1).tolist() == list(range(len(LATIN)))


class StandIn:
    """An encoder whose states are drawn by the text."""

    def token_states(self, texts: list[str], layers: tuple[int, ...]) -> list[torch.Tensor]:
        seeds = [sum(map(ord, text)) for text in texts]
        return [
            torch.randn(3, len(layers), 384, generator=torch.Generator().manual_seed(seed)) for seed in seeds
        ]


def test_a_reader_is_trained_calibrated_and_refined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    items = [
        Example(f"line {index}", "precise", (Task.DENOISING,), aside=bool(rng.random() < 0.2))
        for index in range(60)
    ]
    monkeypatch.setattr(planner, "english", lambda: items)
    monkeypatch.setattr(planner, "load_encoder", lambda _: StandIn())
    options = planner.PlannerOptions(str(tmp_path), parts=["english"], epochs=1, batch=16)
    (path,) = planner.train_planner(options)
    metadata, tensors = read_tensors(path)
    Reader(ENGLISH.heads).load_state_dict(tensors)
    about = json.loads(metadata["planner"])
    assert set(about["calibration"]) == {"alone", "requested", "excluded", "kinds"}
    options.refine, options.lr, options.out = True, 0.0, str(tmp_path / "refined")
    refined = read_tensors(planner.train_planner(options)[0])[1]
    shipped = read_tensors(packaged(ENGLISH.weights))[1]
    assert all(torch.equal(value, refined[name]) for name, value in shipped.items())
    options.lr, options.keep, options.out = 1e-2, 1.0, str(tmp_path / "kept")
    kept = read_tensors(planner.train_planner(options)[0])[1]
    assert all(torch.equal(value, kept[name]) for name, value in shipped.items())
    options.keep, options.out = 0.0, str(tmp_path / "new")
    new = read_tensors(planner.train_planner(options)[0])[1]
    assert not all(torch.equal(value, new[name]) for name, value in shipped.items())

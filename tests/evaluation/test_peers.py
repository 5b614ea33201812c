"""The comparison with peers, and the measurement of eight bits, as scripts."""

import importlib.util
import json
import stat
import sys
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from PIL import Image

from helpers import needs
from helpers.networks import random_network
from instructir.degradations.resampling import bicubic
from instructir.errors import ConfigError
from instructir.models.image_network import ImageConfig
from instructir.models.pretrained import resolve

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LARGER = """#!{python}
import sys
from PIL import Image
picture = Image.open(sys.argv[sys.argv.index("-i") + 1])
picture.resize((4 * picture.width, 4 * picture.height), 0).save(sys.argv[sys.argv.index("-o") + 1])
"""


def script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("peers", monkeypatch)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two pictures that are large enough, and one that is not."""
    folder = tmp_path / "sharp"
    folder.mkdir()
    for name, size in (("a", (90, 70)), ("b", (64, 64)), ("small", (90, 63))):
        pixels = np.random.default_rng(len(name)).integers(60, 190, (*size[::-1], 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return folder


def test_noisy_twins_have_the_noise_and_the_size(peers: ModuleType, pictures: Path, tmp_path: Path) -> None:
    assert peers.store_pictures(pictures, tmp_path, 4, 64) == 2
    clean, noisy = (peers.read(tmp_path / f"{kind}-0.png") for kind in ("clean", "noisy"))
    assert clean.shape == noisy.shape == (1, 3, 64, 64)
    with Image.open(pictures / "a.png") as original:
        middle = np.asarray(original)[3:67, 13:77]
    np.testing.assert_array_equal(255 * clean[0].permute(1, 2, 0).numpy(), middle)
    assert float(255 * (noisy - clean).std()) == pytest.approx(25, rel=0.05)


@needs("evaluate")
def test_ours_are_measured_on_the_pictures(
    peers: ModuleType, pictures: Path, tmp_path: Path, plain_model: str
) -> None:
    count = peers.store_pictures(pictures, tmp_path, 4, 64)
    row = peers.measure("plain:fp32", tmp_path, count, plain_model, "")
    network = resolve(plain_model).image
    errors = []
    for index in range(count):
        clean, noisy = (peers.read(tmp_path / f"{kind}-{index}.png") for kind in ("clean", "noisy"))
        stored = (network(noisy).clamp(0, 1) * 255).round() / 255
        errors.append(-10 * (stored - clean).double().square().mean().log10().item())
    assert row.psnr == pytest.approx(np.mean(errors), abs=1e-4)
    assert (row.way, row.pictures) == ("plain:fp32", 2)
    assert row.parameters == sum(weights.numel() for weights in network.parameters())
    assert row.seconds > 0
    assert row.processor > 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::SyntaxWarning")
def test_others_are_measured_with_weights_or_without(
    peers: ModuleType, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torchvision", reason='needs the extra "networks"')
    pytest.importorskip("spandrel", reason='needs the extra "networks"')
    count = peers.store_pictures(pictures, tmp_path, 4, 64)
    network = random_network(ImageConfig(4, (1, 1), 1, (1, 1), text_dim=0))
    torch.save(network.state_dict(), tmp_path / "small.pth")
    trained = peers.measure("NAFNet", tmp_path, count, "", str(tmp_path / "small.pth"))
    assert trained.pictures == 2
    assert trained.psnr is not None
    size = {"width": 4, "enc_blk_nums": [1, 1], "middle_blk_num": 1, "dec_blk_nums": [1, 1]}
    monkeypatch.setitem(peers.SIZES, "NAFNet", size)
    random = peers.measure("NAFNet", tmp_path, count, "", "")
    assert (random.pictures, random.psnr) == (1, None)
    assert random.parameters == trained.parameters
    assert "random weights" in peers.line(random)


@needs("evaluate")
def test_a_program_that_enlarges_is_brought_back_to_size(
    peers: ModuleType, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / peers.ESRGAN
    program.write_text(LARGER.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    count = peers.store_pictures(pictures, tmp_path, 4, 64)
    row = peers.measure(peers.ESRGAN, tmp_path, count, "", "")
    errors = []
    for index in range(count):
        clean, noisy = (peers.read(tmp_path / f"{kind}-{index}.png") for kind in ("clean", "noisy"))
        large = noisy.repeat_interleave(4, 2).repeat_interleave(4, 3)
        stored = (bicubic(large, 64, 64).clamp(0, 1) * 255).round() / 255
        errors.append(-10 * (stored - clean).double().square().mean().log10().item())
    assert row.psnr == pytest.approx(np.mean(errors), abs=1e-3)
    assert row.parameters is None
    assert row.processor > 0
    assert row.peak > 1e6


@needs("evaluate")
def test_what_cannot_run_is_left_out_and_what_is_there_is_kept(
    peers: ModuleType,
    pictures: Path,
    tmp_path: Path,
    plain_model: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "peers.json"

    def call(*ways: str, size: str = "64") -> tuple[str, str]:
        order = ["peers.py", str(pictures), "--size", size, "--limit", "1", "--model", plain_model]
        monkeypatch.setattr(sys, "argv", [*order, "--json", str(file), "--ways", *ways])
        peers.main()
        return capsys.readouterr()

    def here(program: list[str], order: list) -> dict:
        way, folder, *rest = order
        return asdict(peers.measure(way, Path(folder), *rest))

    monkeypatch.setattr(peers, "run_apart", here)
    monkeypatch.setenv("PATH", str(tmp_path))
    _, said = call("plain:fp32", peers.ESRGAN, "torch:fp8")
    assert f"{peers.ESRGAN} is left out: {peers.ESRGAN} is not on the PATH" in said
    assert "torch:fp8 is left out: precision 'fp8' is unknown" in said
    stored = json.loads(file.read_text())
    assert [row["way"] for row in stored["rows"]] == ["plain:fp32"]
    stored["rows"][0]["seconds"] = 123.0
    file.write_text(json.dumps(stored))
    assert "| 123.00 s |" in call("plain:fp32")[0]
    assert "| 123.00 s |" not in call("plain:fp32", size="48")[0]


def test_a_process_of_its_own_answers_or_says_why_not(
    peers: ModuleType, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    peers.store_pictures(pictures, tmp_path, 1, 64)
    with pytest.raises(ConfigError, match="is not on the PATH"):
        peers.run_apart([peers.__file__], [peers.ESRGAN, str(tmp_path), 1, "", ""])


def test_which_convolutions_stay_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    openvino = pytest.importorskip("openvino", reason='needs the extra "openvino"')
    opset13 = pytest.importorskip("openvino.opset13")
    eight_bits = script("eight_bits", monkeypatch)
    given = opset13.parameter([1, 64, 8, 8], np.float32)

    def convolution(name: str, *shape: int, source: object = given) -> object:
        make = opset13.group_convolution if len(shape) == 5 else opset13.convolution
        weights = np.zeros(shape, np.float32)
        made = make(source, weights, [1, 1], [0, 0], [0, 0], [1, 1])
        made.set_friendly_name(name)
        return made

    wide = convolution("wide", 32, 64, 1, 1)
    outputs = [
        convolution("depthwise", 64, 1, 1, 3, 3),
        convolution("block.sca.1", 64, 64, 1, 1),
        convolution("narrow", 16, 32, 1, 1, source=wide),
    ]
    graph = openvino.Model(outputs, [given])
    assert set(eight_bits.narrow(graph, 64)) == {"depthwise", "block.sca.1", "narrow"}
    assert set(eight_bits.narrow(graph, 32)) == {"block.sca.1"}
    assert set(eight_bits.narrow(graph, 0)) == {"block.sca.1"}


def test_the_tables_are_their_results(peers: ModuleType) -> None:
    text = (BENCHMARKS.parent / "docs" / "large_pictures.md").read_text("utf-8")
    for row in json.loads((BENCHMARKS / "results" / "peers.json").read_text())["rows"]:
        assert peers.line(peers.Row(**row)) in text
    measured = json.loads((BENCHMARKS / "results" / "eight_bits.json").read_text())
    kinds = [f"OpenVINO int8, {kind}" for kind in ("wide", "all")]
    for row in measured["rows"]:
        lost = [f"{row[kind] - row['fp32']:+.2f} dB" for kind in kinds]
        assert f"| {row['set']} | {row['fp32']:.2f} dB | {' | '.join(lost)} |" in text
    seconds = {name: f"{clock:.1f} s" for name, (clock, _) in measured["seconds"].items()}
    graphs = [seconds[name] for name in ("OpenVINO fp32", *kinds)]
    assert f"| 1024x1024, OpenVINO | {' | '.join(graphs)} |" in text
    assert f"| 1024x1024, native | {seconds['native fp32']} | | |" in text

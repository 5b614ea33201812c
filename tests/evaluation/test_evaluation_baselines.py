"""Baselines do what they are known for, and refuse clearly what they cannot load."""

import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from helpers import needs
from helpers.evaluation import picture
from helpers.networks import spandrel_here
from instructir.errors import CheckpointError, ConfigError, DataError
from instructir.evaluation.methods import load_baseline
from instructir.evaluation.methods.classical import CLASSICAL, noise_level
from instructir.evaluation.methods.method import load_method
from instructir.evaluation.methods.program import program_method
from instructir.evaluation.metrics import psnr
from instructir.models.checkpoint import Model, load_model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.tasks import Task


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255


def quality(output: torch.Tensor, target: torch.Tensor) -> float:
    return psnr(output[0].double().numpy(), target[0].double().numpy())


@pytest.fixture
def clean() -> torch.Tensor:
    return tensor(picture(1, 96, 128))


@pytest.fixture
def text_free(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = ImageConfig(width=4, encoder_blocks=(1,), middle_blocks=1, decoder_blocks=(1,), text_dim=0)
    path = tmp_path / "plain.safetensors"
    save_model(Model("plain", ImageNetwork(config).eval(), None, ""), path, torch.float32)
    return path


def run(name: str, image: torch.Tensor) -> torch.Tensor:
    (method,) = load_baseline(name)
    return method.restore(image, "")


@needs("evaluate")
@pytest.mark.parametrize("name", CLASSICAL)
def test_every_classical_method_keeps_the_shape_and_fills_every_pixel(name, clean):
    output = run(name, clean.repeat(2, 1, 1, 1))
    assert output.shape == (2, 3, 96, 128)
    assert output.isfinite().all()
    assert output.dtype == torch.float32
    # A method that leaves rows or columns uninitialised or black would be far from its input.
    assert quality(output, clean) > 8


@needs("evaluate")
def test_non_local_means_removes_noise(clean):
    noisy = clean + 0.1 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(0))
    assert noise_level(noisy[0].permute(1, 2, 0).numpy()) == pytest.approx(0.1, rel=0.1)
    assert quality(run("nlm", noisy), clean) > quality(noisy, clean) + 5


@needs("evaluate")
def test_sharpening_undoes_some_blur():
    stripes = torch.zeros(1, 3, 96, 128)
    stripes[..., ::16], stripes[..., 1::16], stripes[..., 2::16] = 0.8, 0.8, 0.8
    axis = torch.arange(-4.0, 5)
    kernel = torch.exp(-(axis**2) / (2 * 1.5**2))
    psf = (kernel[:, None] * kernel / kernel.sum() ** 2).expand(3, 1, 9, 9)
    blurred = torch.nn.functional.conv2d(stripes, psf, padding=4, groups=3)
    for name in ("richardson-lucy", "unsharp"):
        assert quality(run(name, blurred), stripes) > quality(blurred, stripes) + 0.5


@needs("evaluate")
def test_the_dark_channel_prior_removes_haze():
    scene = tensor(picture(2, 96, 128)) * torch.tensor([1.0, 0.6, 0.1])[:, None, None]
    transmission = torch.linspace(0.05, 0.9, 96)[:, None]
    hazy = scene * transmission + 0.9 * (1 - transmission)
    assert quality(run("dark-channel", hazy), scene) > quality(hazy, scene) + 2


@needs("evaluate")
def test_clahe_raises_contrast(clean):
    flat = clean * 0.2
    assert run("clahe", flat).std() > flat.std() * 1.2


@needs("evaluate")
def test_classical_methods_know_their_tasks():
    methods = {method.name: method for method in load_baseline("classical")}
    assert methods["Non-local means"].tasks == (Task.DENOISING,)
    assert len(methods) == len(CLASSICAL)
    assert len({method.sha256 for method in methods.values()}) == len(CLASSICAL)
    assert not any(method.reads_text for method in methods.values())


def test_a_text_free_network_of_ours_is_a_baseline(text_free, clean):
    (method,) = load_baseline(str(text_free), "cpu")
    assert (method.name, method.kind, method.reads_text) == ("plain", "baseline", False)
    assert method.restore(clean, "").shape == clean.shape
    assert method.parameters == sum(w.numel() for w in load_model(text_free).image.parameters())
    assert method.sha256 == load_method(str(text_free), "cpu").sha256
    assert len(method.sha256) == 64


def test_an_unknown_baseline_is_refused():
    with pytest.raises(ConfigError, match="unknown baseline 'bm3d': use nlm"):
        load_baseline("bm3d")


def test_a_foreign_network_needs_spandrel(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "spandrel", None)
    torch.save({"weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(ConfigError, match=r"other\.pth.*needs spandrel.*pip install"):
        load_baseline(str(tmp_path / "other.pth"), "cpu")


class Descriptor:
    """Stands in for what spandrel's loader returns."""

    input_channels = output_channels = 3
    architecture = SimpleNamespace(name="NAFNet")
    model = torch.nn.Conv2d(3, 3, 1)

    def __init__(self, scale: int) -> None:
        self.scale = scale

    def eval(self) -> None:
        pass

    def __call__(self, image: torch.Tensor) -> torch.Tensor:
        assert image.min() >= 0
        assert image.max() <= 1
        return image * 0.5


def fake_spandrel(scale: int = 1, error: Exception | None = None) -> ModuleType:
    class Loader:
        def __init__(self, device: torch.device) -> None:
            pass

        def load_from_state_dict(self, state: dict[str, torch.Tensor]) -> Descriptor:
            if error is not None:
                raise error
            return Descriptor(scale)

    module = ModuleType("spandrel")
    vars(module).update(ModelLoader=Loader, UnsupportedModelError=KeyError)
    return module


def test_a_foreign_network_is_run_on_clamped_pictures(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "spandrel", fake_spandrel())
    torch.save({"weight": torch.zeros(3)}, tmp_path / "other.pth")
    (method,) = load_baseline(str(tmp_path / "other.pth"), "cpu")
    assert method.name == "other (NAFNet)"
    assert method.parameters == 12
    assert torch.allclose(method.restore(torch.full((2, 3, 8, 8), 1.4), ""), torch.tensor(0.5))


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (fake_spandrel(scale=4), "enlarges by 4"),
        (fake_spandrel(error=KeyError("what is this")), "nor known to spandrel"),
    ],
)
def test_foreign_networks_that_do_not_fit_are_refused(tmp_path, monkeypatch, module, reason):
    monkeypatch.setitem(sys.modules, "spandrel", module)
    torch.save({"weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(CheckpointError, match=reason):
        load_baseline(str(tmp_path / "other.pth"), "cpu")


def test_a_nafnet_checkpoint_is_run_through_spandrel(tmp_path, monkeypatch, clean):
    spandrel_here(monkeypatch)
    from spandrel.architectures.NAFNet import NAFNet

    torch.manual_seed(0)
    shape = {"width": 8, "middle_blk_num": 1, "enc_blk_nums": [1, 1], "dec_blk_nums": [1, 1]}
    network = NAFNet(**shape).eval()
    with torch.no_grad():
        for name, weights in network.named_parameters():
            if name.endswith(("beta", "gamma")):
                weights.normal_(0, 0.1)
    torch.save({"params": network.state_dict()}, tmp_path / "denoiser.pth")
    (method,) = load_baseline(str(tmp_path / "denoiser.pth"), "cpu")
    assert (method.name, method.kind, method.reads_text) == ("denoiser (NAFNet)", "baseline", False)
    assert method.parameters == sum(weights.numel() for weights in network.parameters())
    with torch.inference_mode():
        expected = network(clean)
    assert not torch.allclose(expected, clean, atol=1e-3)
    assert torch.allclose(method.restore(clean, "ignored"), expected.clamp(0, 1), atol=1e-5)


def program(body: str) -> str:
    return f'{sys.executable} -c "{body}" {{input}} {{output}}'


@pytest.mark.skipif(shutil.which("cp") is None, reason="needs the program cp")
def test_any_program_is_a_baseline(clean):
    method = program_method("cp {input} {output}")
    assert method.name == "cp"
    output = method.restore(torch.cat([clean + 1, clean]), "")
    assert torch.equal(output[0], torch.ones_like(output[0]))
    assert torch.allclose(output[1], clean[0], atol=1e-6)


@pytest.mark.parametrize(
    ("body", "reason"),
    [("import sys; sys.exit('out of ideas')", "exit status 1 .out of ideas"), ("pass", "wrote no")],
)
def test_a_program_that_fails_is_quoted(clean, body, reason):
    with pytest.raises(DataError, match=reason):
        program_method(program(body)).restore(clean, "")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("cp {input} here", "must name {input} and {output}"),
        ("no-such-program {input} {output}", "no program 'no-such-program'"),
        ("cp '{input} {output}", "cannot be split"),
    ],
)
def test_commands_that_cannot_work_are_refused_at_once(command, reason):
    with pytest.raises(ConfigError, match=reason):
        program_method(command)

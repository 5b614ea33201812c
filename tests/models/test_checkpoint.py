"""Model files: round trips, the authors' pair, and everything that must be refused."""

import hashlib
import json
import zlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from instructir.errors import CheckpointError
from instructir.models import bundled, pretrained, released
from instructir.models.checkpoint import METADATA_KEY, Model, load_model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.tensors import read_tensors
from instructir.models.text_head import TextHead
from instructir.tasks import TASKS

CONFIG = ImageConfig(width=4, encoder_blocks=(1, 2), middle_blocks=1, decoder_blocks=(1, 1), text_dim=8)


@pytest.fixture
def model() -> Model:
    torch.manual_seed(0)
    return Model("tiny", ImageNetwork(CONFIG), TextHead(16, 8, 7), "bge-micro-v2", provenance={"steps": 3})


def test_a_model_comes_back_as_it_was_saved(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "tiny.safetensors"
    save_model(model, path, torch.float32)
    loaded = load_model(path)
    assert (loaded.name, loaded.encoder, loaded.tasks) == ("tiny", "bge-micro-v2", TASKS)
    assert loaded.provenance == {"steps": 3}
    assert loaded.image.config == CONFIG
    assert loaded.text is not None
    parts: list[tuple[nn.Module, nn.Module]] = [(model.image, loaded.image), (model.text, loaded.text)]
    for mine, theirs in parts:
        assert all(torch.equal(value, theirs.state_dict()[name]) for name, value in mine.state_dict().items())
    assert not any(value.requires_grad for value in loaded.image.parameters())
    assert list(tmp_path.iterdir()) == [path]


def test_half_precision_halves_the_file(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path / "half.safetensors")
    assert {tensor.dtype for tensor in load_file(tmp_path / "half.safetensors").values()} == {torch.float16}
    assert next(load_model(tmp_path / "half.safetensors").image.parameters()).dtype == torch.float32


def test_a_text_free_model_has_no_head(tmp_path: Path) -> None:
    free = Model("free", ImageNetwork(ImageConfig(4, (1,), 1, (1,), text_dim=0)), None, "bge-micro-v2")
    save_model(free, tmp_path / "free.safetensors")
    assert load_model(tmp_path / "free.safetensors").text is None


def released_pair(folder: Path, model: Model, *, prefix: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    assert model.text is not None
    torch.save(model.image.state_dict(), folder / released.IMAGE_FILE)
    torch.save(
        {prefix + name: value for name, value in model.text.state_dict().items()}, folder / released.TEXT_FILE
    )
    return folder


@pytest.mark.parametrize("prefix", ["", "module."])
def test_the_authors_pair_loads_from_a_folder(model: Model, tmp_path: Path, prefix: str) -> None:
    loaded = pretrained.resolve(str(released_pair(tmp_path / "pair", model, prefix=prefix)))
    assert loaded.encoder == "bge-micro-v2"
    image, text = torch.rand(1, 3, 9, 7), torch.rand(1, 8)
    assert torch.equal(loaded.image(image, text), model.image(image, text))


def test_the_authors_pair_loads_from_the_hub(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hub's own cache layout, so that the real download code runs without a network."""
    import huggingface_hub.constants as constants

    home = tmp_path / "hub"
    snapshot = home / "models--marcosv--InstructIR" / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    released_pair(snapshot, model)
    (snapshot.parents[1] / "refs").mkdir()
    (snapshot.parents[1] / "refs" / "main").write_text("a" * 40)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert pretrained.resolve("hub:marcosv/InstructIR").image.config == CONFIG
    with pytest.raises(CheckpointError, match="hub:nobody/nothing: cannot be fetched"):
        pretrained.resolve("hub:nobody/nothing")
    with pytest.raises(CheckpointError, match="write hub:ORG/REPO"):
        pretrained.resolve("hub:a/b/c/d")


def test_a_pickle_that_would_run_code_is_refused(model: Model, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "sprung",)  # type: ignore[return-value]

    folder = released_pair(tmp_path / "pair", model)
    torch.save(Trap(), folder / released.IMAGE_FILE)
    with pytest.raises(CheckpointError, match="not readable as plain weights"):
        pretrained.resolve(str(folder))
    assert not (tmp_path / "sprung").exists()


def test_pickled_nonsense_is_refused(model: Model, tmp_path: Path) -> None:
    folder = released_pair(tmp_path / "pair", model)
    torch.save(["a", "list"], folder / released.TEXT_FILE)
    with pytest.raises(CheckpointError, match="other than named tensors"):
        pretrained.resolve(str(folder))
    (folder / released.TEXT_FILE).write_bytes(b"\x80garbage")
    with pytest.raises(CheckpointError, match="not readable as plain weights"):
        pretrained.resolve(str(folder))


def broken(kind: str, good: Path, path: Path) -> Path:
    """Write a file that is wrong in one way."""
    if kind == "truncated":
        path.write_bytes(good.read_bytes()[:-1000])
    elif kind == "text":
        path.write_text("these are not weights")
    elif kind == "foreign":
        save_file({"a": torch.zeros(3)}, path)
    elif kind == "nan":
        tensors = load_file(good)
        tensors["image.intro.bias"] = tensors["image.intro.bias"] * float("nan")
        save_file(tensors, path, metadata=header(good))
    elif kind == "shapes":
        tensors = load_file(good)
        tensors["image.ending.weight"] = torch.zeros(3, 5, 3, 3)
        save_file(tensors, path, metadata=header(good))
    elif kind == "future":
        save_file(load_file(good), path, metadata={METADATA_KEY: json.dumps({"format": 99})})
    elif kind == "headless":
        save_file(load_file(good), path, metadata={METADATA_KEY: json.dumps({"format": 1, "name": "x"})})
    return path


def header(path: Path) -> dict[str, str]:
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        return dict(file.metadata())


@pytest.mark.parametrize(
    "kind", ["missing", "truncated", "text", "foreign", "nan", "shapes", "future", "headless"]
)
def test_bad_files_are_refused_in_one_line_that_names_them(model: Model, tmp_path: Path, kind: str) -> None:
    good = tmp_path / "good.safetensors"
    save_model(model, good)
    path = broken(kind, good, tmp_path / f"{kind}.safetensors")
    with pytest.raises(CheckpointError) as caught:
        load_model(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_names_and_empty_folders_say_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="unknown model 'nonsense': use one of instructir-7d-lite"):
        pretrained.resolve("nonsense")
    with pytest.raises(CheckpointError, match=r"expected one .safetensors file"):
        pretrained.resolve(str(tmp_path))


def test_unwritable_place_is_refused_and_nothing_is_left(model: Model, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot be written"):
        save_model(model, tmp_path / "missing" / "tiny.safetensors")


def test_packaged_models_are_genuine_and_small() -> None:
    for record in pretrained.records().values():
        if record.file.startswith(pretrained.HUB_PREFIX):
            continue
        loaded = pretrained.resolve(record.name)
        assert (loaded.name, loaded.encoder) == (record.name, record.encoder)
        assert [task.value for task in loaded.tasks] == list(record.tasks)
        assert sum(value.numel() for value in loaded.image.parameters()) == record.parameters
    package = [path for path in bundled.WEIGHTS.parents[1].rglob("*") if path.is_file()]
    wheel = sum(len(zlib.compress(path.read_bytes())) for path in package if path.suffix != ".pyc")
    assert wheel < 30e6


def test_all_packaged_weights_have_a_record_with_their_digest() -> None:
    recorded = {e["file"]: e["network"] for e in bundled.described() if not e.get("optional")}
    assert {path.name for path in bundled.WEIGHTS.glob("*.safetensors")} == set(recorded)
    assert set(recorded.values()) == {"image", "planner", "languages", "faults", "deblocking"}
    for file in recorded:
        assert bundled.packaged(file).is_file()


def test_what_is_too_large_for_the_package_is_asked_for_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = pretrained.records()["instructir-7d"]
    assert record.optional
    monkeypatch.setattr(bundled, "LARGE", tmp_path)
    with pytest.raises(CheckpointError, match=r"^instructir-7d.safetensors is too large .* give its path"):
        pretrained.resolve("instructir-7d")


def test_weights_that_are_put_on_the_shelf_get_their_digest_recorded(tmp_path: Path) -> None:
    (tmp_path / "records.json").write_text('[{"file": "a.safetensors", "sha256": "0"}]')
    made = bundled.put(
        {"weight": torch.ones(2), "count": torch.tensor(3)}, {"of": "a"}, tmp_path / "a.safetensors"
    )
    (entry,) = json.loads((tmp_path / "records.json").read_text())
    assert entry["sha256"] == hashlib.sha256(made.read_bytes()).hexdigest()
    metadata, tensors = read_tensors(made)
    assert metadata == {"of": "a"}
    assert (tensors["weight"].dtype, tensors["count"].dtype) == (torch.float16, torch.int64)


def test_damaged_packaged_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "WEIGHTS", tmp_path)
    record = pretrained.ModelRecord(
        "x", "x.safetensors", "0" * 64, "Apache-2.0", "bge-micro-v2", 1, "a model"
    )
    with pytest.raises(CheckpointError, match="missing; reinstall"):
        pretrained._load_record(record)
    (tmp_path / "x.safetensors").write_bytes(b"x")
    with pytest.raises(CheckpointError, match="damaged"):
        pretrained._load_record(record)

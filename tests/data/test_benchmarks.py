"""Official layouts of benchmark sets, made small, are found; what is missing is named."""

from pathlib import Path

import pytest

from instructir.data import manifest
from instructir.data.benchmarks import Finding, Unpaired, find_set
from instructir.data.manifest import BENCHMARKS, get_benchmark
from instructir.errors import ConfigError, DataError
from instructir.tasks import TASKS


def make(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


def pairs(found: Finding) -> dict[str, tuple[str, str]]:
    """Input and target below the set's folder, by the name of the pair."""

    def below(path: Path | None) -> str:
        assert found.folder is not None
        return path.relative_to(found.folder).as_posix() if path else ""

    return {pair.name: (below(pair.input), below(pair.target)) for pair in found.pairs}


OFFICIAL = [
    ("CBSD68", ["CBSD68/original_png/0000.png"], {"0000": ("", "original_png/0000.png")}),
    ("CBSD68", ["cbsd68/101085.png"], {"101085": ("", "101085.png")}),
    ("Kodak24", ["Kodak24/kodim01.png"], {"kodim01": ("", "kodim01.png")}),
    (
        "Urban100",
        ["Urban100/image_SRF_4/img_001_SRF_4_HR.png", "Urban100/image_SRF_4/img_001_SRF_4_LR.png"],
        {"img_001": ("", "image_SRF_4/img_001_SRF_4_HR.png")},
    ),
    (
        "Rain100L",
        ["rain_data_test_Light/rain/X2/norain-1x2.png", "rain_data_test_Light/norain/norain-1.png"],
        {"norain-1x2": ("rain/X2/norain-1x2.png", "norain/norain-1.png")},
    ),
    (
        "Rain100L",
        ["Rain100L/rain-001.png", "Rain100L/norain-001.png"],
        {"rain-001": ("rain-001.png", "norain-001.png")},
    ),
    (
        "Rain100L",
        ["derain/Rain100L/input/rain-001.png", "derain/Rain100L/target/norain-001.png"],
        {"rain-001": ("input/rain-001.png", "target/norain-001.png")},
    ),
    (
        "SOTS-outdoor",
        ["SOTS/outdoor/hazy/0001_0.8_0.2.jpg", "SOTS/outdoor/gt/0001.png"],
        {"0001_0.8_0.2": ("hazy/0001_0.8_0.2.jpg", "gt/0001.png")},
    ),
    (
        "SOTS-indoor",
        ["SOTS/indoor/hazy/1400_1.png", "SOTS/indoor/hazy/1400_2.png", "SOTS/indoor/gt/1400.png"],
        {"1400_1": ("hazy/1400_1.png", "gt/1400.png"), "1400_2": ("hazy/1400_2.png", "gt/1400.png")},
    ),
    (
        "GoPro",
        [
            f"GOPRO_Large/test/GOPR0{s}/{kind}/000001.png"
            for s in (384, 385)
            for kind in ("blur", "blur_gamma", "sharp")
        ],
        {f"GOPR0{s}-000001": (f"GOPR0{s}/blur/000001.png", f"GOPR0{s}/sharp/000001.png") for s in (384, 385)},
    ),
    (
        "GoPro",
        ["GoPro/test/input/GOPR0384-000001.png", "GoPro/test/target/GOPR0384-000001.png"],
        {"GOPR0384-000001": ("input/GOPR0384-000001.png", "target/GOPR0384-000001.png")},
    ),
    (
        "LOL",
        ["LOLdataset/eval15/low/1.png", "LOLdataset/eval15/high/1.png"],
        {"1": ("low/1.png", "high/1.png")},
    ),
    ("FiveK", ["FiveK/input/a1.jpg", "FiveK/expertC/a1.jpg"], {"a1": ("input/a1.jpg", "expertC/a1.jpg")}),
    (
        "Set5-x4",
        ["benchmark/Set5/HR/baby.png", "benchmark/Set5/LR_bicubic/X4/babyx4.png"],
        {"babyx4": ("LR_bicubic/X4/babyx4.png", "HR/baby.png")},
    ),
    (
        "SICE-low",
        ["SICE-low/input/s1.jpg", "SICE-low/target/s1.jpg"],
        {"s1": ("input/s1.jpg", "target/s1.jpg")},
    ),
]


@pytest.mark.parametrize(("name", "files", "expected"), OFFICIAL)
def test_official_layouts_are_found(tmp_path, name, files, expected):
    found = find_set(get_benchmark(name), make(tmp_path, *files))
    assert pairs(found) == expected
    assert found.unpaired == ()


@pytest.mark.parametrize(("name", "files", "expected"), OFFICIAL)
@pytest.mark.parametrize("cased", [str.upper, str.title])
def test_upper_and_lower_case_are_the_same_within_a_set(tmp_path, name, files, expected, cased):
    del expected
    names = [Path(file) for file in files]
    make(tmp_path, *(f"{cased(file.parent.as_posix())}/{file.name}" for file in names))
    found = find_set(get_benchmark(name), tmp_path)
    assert len(found.pairs) == len(find_set(get_benchmark(name), make(tmp_path / "as_it_is", *files)).pairs)
    assert found.unpaired == ()


def test_hidden_files_and_folders_are_left_alone(tmp_path):
    made = [f"LOL/eval15/{kind}/{name}.png" for kind in ("low", "high") for name in ("3", "._3")]
    found = find_set(get_benchmark("LOL"), make(tmp_path, *made, "LOL/eval15/low/._4.png"))
    assert pairs(found) == {"3": ("low/3.png", "high/3.png")}
    assert found.unpaired == ()
    frames = [f"GoPro/test/{scene}/{kind}/1.png" for scene in ("a", ".b") for kind in ("blur", "sharp")]
    assert list(pairs(find_set(get_benchmark("GoPro"), make(tmp_path, *frames)))) == ["a-1"]


def test_the_sets_own_folder_will_do_too(tmp_path):
    root = make(tmp_path / "GoPro", "input/1.png", "target/1.png")
    assert len(find_set(get_benchmark("GoPro"), root).pairs) == 1


def test_a_missing_set_says_where_it_was_looked_for_and_how_to_get_it(tmp_path):
    found = find_set(get_benchmark("Kodak24"), tmp_path)
    assert found.pairs == ()
    assert found.complaint.startswith(f"Kodak24: not in {tmp_path} (looked for Kodak24/, kodak/")
    assert "https://" in found.complaint


def test_a_folder_of_another_layout_says_which_are_known(tmp_path):
    found = find_set(get_benchmark("LOL"), make(tmp_path, "LOL/eval15/dark/1.png"))
    assert "has none of its layouts (low/* + high/*" in found.complaint


def test_what_is_missing_of_a_pair_is_said(tmp_path):
    found = find_set(
        get_benchmark("LOL"),
        make(tmp_path, "eval15/low/1.png", "eval15/low/2.png", "eval15/high/1.png", "eval15/high/3.png"),
    )
    assert [pair.name for pair in found.pairs] == ["1"]
    assert found.unpaired == (
        Unpaired("low/2.png", "reference"),
        Unpaired("high/3.png", "degraded version"),
    )
    lost = "1 without a reference (low/2.png), 1 without a degraded version (high/3.png); "
    assert f"1 of 15 pictures, {lost}" in found.complaint


def test_a_complete_set_has_no_complaint(tmp_path):
    files = [f"Kodak24/kodim{i:02}.png" for i in range(1, 25)]
    found = find_set(get_benchmark("Kodak24"), make(tmp_path, *files, "Kodak24/readme.txt"))
    assert found.complete
    assert found.complaint == ""


def test_a_list_of_test_pictures_is_obeyed(tmp_path):
    files = [f"FiveK/{kind}/a{i}.jpg" for kind in ("input", "expertC") for i in range(4)]
    make(tmp_path, *files)
    (tmp_path / "FiveK" / "test.txt").write_text("a1\na3.jpg\n")
    assert [pair.name for pair in find_set(get_benchmark("FiveK"), tmp_path).pairs] == ["a1", "a3"]


def test_the_order_is_by_name(tmp_path):
    found = find_set(
        get_benchmark("Kodak24"), make(tmp_path, *(f"Kodak24/{name}.png" for name in ("b", "c", "a")))
    )
    assert [pair.name for pair in found.pairs] == ["a", "b", "c"]


def test_no_folder_at_all_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        find_set(get_benchmark("LOL"), tmp_path / "gone")


def test_an_unknown_set_is_refused():
    with pytest.raises(ConfigError, match="unknown benchmark 'BSD500'"):
        get_benchmark("BSD500")


def test_a_set_that_says_too_little_is_refused(tmp_path):
    listing = tmp_path / "manifest.toml"
    layout = '[layouts]\npairs = [{ target = "a/*" }]\n'
    listing.write_text(f'{layout}[sets.Mine]\ntask = "denoising"\nlayouts = ["pairs"]\n')
    with pytest.raises(ConfigError, match="the set Mine lacks pictures, folders, source"):
        manifest.read_sets(listing)


def test_every_task_has_a_set():
    assert {benchmark.task for benchmark in BENCHMARKS.values()} == set(TASKS)


@pytest.mark.data
def test_the_small_sets_are_found(real_data):
    counts = {
        name: len(find_set(benchmark, real_data / "test").pairs) for name, benchmark in BENCHMARKS.items()
    }
    present = {name: count for name, count in counts.items() if count}
    assert present == {
        "CBSD68": 68,
        "GoPro": 3,
        "Rain100L": 2,
        "Rain100H": 40,
        "SOTS-outdoor": 2,
        "SOTS-indoor": 20,
        "SICE-low": 33,
        "Set5-x4": 5,
        "Set14-x4": 14,
        "FiveK": 7,
        "SICE-over": 33,
    }

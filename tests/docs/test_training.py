"""The training guide's figures are those that were measured, and what it names is there."""

import json
import re
from pathlib import Path

from instructir.training.configuration import load_options

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "training.md").read_text("utf-8")


def test_the_speed_is_that_of_the_benchmark() -> None:
    measured = json.loads((ROOT / "benchmarks" / "results" / "training-speed.json").read_text())
    speed = measured["crops_per_second"]
    told = re.sub(r"\s+", " ", GUIDE)
    assert f"{speed['ours']:.1f} crops/s against {speed['plain']:.1f}, {measured['ratio']} times" in told
    assert f"by `torch.compile` {speed['compiled']:.1f}" in told
    assert f"cuts {measured['loader_crops_per_second']:,.0f} crops/s" in told
    assert f"waits for data {measured['share_of_time_waiting_for_data']:.1%}".replace("%", " %") in told
    shape = measured["settings"]
    assert f"width {shape['width']}, crops of {shape['size']} pixels, batch {shape['batch']}" in told
    assert speed["ours"] > speed["compiled"] > speed["plain"]


def test_the_worth_of_deltas_is_that_of_the_comparison() -> None:
    runs = json.loads((ROOT / "benchmarks" / "results" / "same-time.json").read_text())["runs"]
    psnr = {(run["method"], run["case"]): run["mean"]["psnr"] for run in runs}

    def gain(case: str) -> float:
        return psnr["same-time-deltas", case] - psnr["same-time", case]

    worth = re.sub(r"\s+", " ", GUIDE.partition("## What instruction and deltas are worth")[2])
    assert f"{gain('CBSD68-25'):.1f} dB more for noise, {gain('Rain100H'):.1f} for dense rain" in worth
    assert f"{gain('SOTS-indoor'):.1f} for haze indoors, {gain('SICE-low'):.1f} in low light" in worth
    assert f"low resolution alone is {-gain('Set14-x4'):.1f} dB lower" in worth


def test_every_configuration_is_described() -> None:
    table = GUIDE.partition("## Configurations")[2].partition("##")[0]
    named = set(re.findall(r"`([\w-]+)`", table.partition("`base:")[0]))
    assert {path.stem for path in (ROOT / "configs").glob("*.yaml")} <= named


def test_the_example_of_data_is_a_configuration(tmp_path: Path) -> None:
    example, *_ = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "example.yaml").write_text(example)
    assert load_options(tmp_path / "example.yaml").data.sources["pairs"].instructions == "words.txt"

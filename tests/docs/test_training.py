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


def test_the_worth_of_the_instruction_is_that_of_the_comparison() -> None:
    runs = json.loads((ROOT / "benchmarks" / "results" / "text-free.json").read_text())["runs"]
    psnr = {(run["method"], run["case"]): run["mean"]["psnr"] for run in runs}

    def gain(case: str) -> float:
        return psnr["instructir-7d-lite", case] - psnr["instructir-7d-lite-text-free", case]

    worth = re.sub(r"\s+", " ", GUIDE.partition("## What the instruction is worth")[2])
    assert f"in low light {gain('SICE-low'):.1f} dB, in haze indoors {gain('SOTS-indoor'):.1f}" in worth
    assert f"it is {gain('CBSD68-15'):.1f} to {gain('CBSD68-50'):.1f} dB" in worth
    assert f"low resolution {gain('Set14-x4'):.1f}" in worth


def test_every_configuration_is_described() -> None:
    table = GUIDE.partition("## Configurations")[2].partition("##")[0]
    named = set(re.findall(r"`([\w-]+)`", table.partition("`base:")[0]))
    assert {path.stem for path in (ROOT / "configs").glob("*.yaml")} <= named


def test_the_example_of_data_is_a_configuration(tmp_path: Path) -> None:
    example, *_ = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "example.yaml").write_text(example)
    assert load_options(tmp_path / "example.yaml").data.sources["pairs"].instructions == "words.txt"

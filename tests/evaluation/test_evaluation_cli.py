"""``instructir evaluate`` from names to files, with tiny models."""

import json
import shutil
import sys
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from helpers import needs
from helpers.evaluation import save
from instructir.cli.evaluate import app
from instructir.errors import ConfigError, DataError
from instructir.models.checkpoint import Model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.settings import Settings


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A text-free model, which needs no sentence encoder."""
    torch.manual_seed(0)
    config = ImageConfig(width=4, encoder_blocks=(1,), middle_blocks=1, decoder_blocks=(1,), text_dim=0)
    path = tmp_path / "tiny.safetensors"
    save_model(Model("tiny", ImageNetwork(config).eval(), None, ""), path)
    return str(path)


def call(*words: object):
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@needs("evaluate")
def test_a_suite_writes_table_json_and_report(sets, model, tmp_path):
    words = ["--data", sets, "--model", model, "--protocol", "strict", "--device", "cpu"]
    done = call(
        "table2", *words, "--json", tmp_path / "r.json", "--report", tmp_path / "report", "--baseline", "nlm"
    )
    assert done.exit_code == 0
    assert "InstructIR-5D" in done.stdout
    assert "missing" in done.stdout
    stored = json.loads((tmp_path / "r.json").read_text())
    assert stored["protocol"]["name"] == "strict"
    assert stored["versions"]["torch"] == torch.__version__
    record = next(method for method in stored["methods"] if method["kind"] == "model")
    assert (record["name"], len(record["sha256"])) == ("tiny", 64)
    run = next(run for run in stored["runs"] if (run["case"], run["method"]) == ("GoPro", "tiny"))
    assert run["count"] == 3
    assert set(run["images"][0]) == {"image", "repeat", "instruction", "scores", "input_psnr"}
    assert run["mean"]["psnr"] == pytest.approx(
        np.mean([i["scores"]["psnr"] for i in run["images"]]), abs=1e-5
    )
    assert (tmp_path / "report" / "index.html").is_file()


@needs("evaluate")
def test_a_corrupt_pair_is_named_and_the_exit_status_is_1(sets, model, tmp_path):
    (sets / "GoPro" / "input" / "b.png").write_bytes(b"broken")
    done = call("table10", "--data", sets, "--model", model, "--device", "cpu")
    assert done.exit_code == 1
    assert "GoPro: b left out" in done.stderr


@needs("evaluate")
def test_any_folder_can_be_measured(sets, model, tmp_path):
    words = [
        "--model",
        model,
        "--device",
        "cpu",
        "--json",
        tmp_path / "r.json",
        "--instruction",
        "Sharpen it",
    ]
    done = call("folder", "--data", sets / "GoPro", "--task", "deblurring", *words, "--protocol", "strict")
    assert done.exit_code == 0
    stored = json.loads((tmp_path / "r.json").read_text())
    assert [case["id"] for case in stored["cases"]] == ["GoPro"]
    assert stored["cases"][0]["note"] == ""


@needs("evaluate")
def test_a_folder_of_clean_pictures_is_given_noise(sets, model):
    words = ["--data", sets, "--target", "CBSD68", "--sigma", 25, "--task", "denoise", "--model", model]
    done = call("folder", *words, "--protocol", "strict", "--device", "cpu")
    assert done.exit_code == 0
    assert "3 pictures" in done.stdout


@needs("evaluate")
def test_what_a_folder_lacks_is_said_in_words(sets, tmp_path, monkeypatch):
    """The data folder's name, were it but a letter, is not searched for in the sentence."""
    (sets / "GoPro").rename(tmp_path / "f")
    (tmp_path / "f" / "target" / "b.png").unlink()
    monkeypatch.chdir(tmp_path)
    words = ["--model", "none", "--baseline", "nlm", "--task", "denoising", "--json", "r.json"]
    assert call("folder", "--data", "f", *words).exit_code == 1
    (case,) = json.loads((tmp_path / "r.json").read_text())["cases"]
    assert case["note"] == "f: 2 of 3 pictures, 1 without a reference (input/b.png); pair them by file stem"


def test_a_folder_that_holds_nothing_is_refused(sets, model):
    with pytest.raises(DataError, match="no such folder; give --input and --target below --data"):
        call("folder", "--data", sets, "--task", "dehazing", "--model", model)
    with pytest.raises(ConfigError, match="either --input"):
        call("folder", "--data", sets, "--task", "denoising", "--input", "input", "--sigma", 25)


@needs("evaluate")
def test_baselines_can_be_measured_without_a_model(sets, tmp_path):
    if shutil.which("cp") is None:
        pytest.skip("needs the program cp")
    words = ["--model", "none", "--baseline-cmd", "cp {input} {output}", "--json", tmp_path / "r.json"]
    assert call("table10", "--data", sets, *words).exit_code == 0
    assert [m["name"] for m in json.loads((tmp_path / "r.json").read_text())["methods"]] == ["input", "cp"]


@needs("evaluate")
def test_resume_is_a_file(sets, model, tmp_path):
    words = [
        "table10",
        "--data",
        sets,
        "--model",
        model,
        "--device",
        "cpu",
        "--resume",
        tmp_path / "journal.jsonl",
    ]
    first = call(*words).stdout
    size = (tmp_path / "journal.jsonl").stat().st_size
    assert call(*words).stdout == first
    assert (tmp_path / "journal.jsonl").stat().st_size == size


@needs("evaluate")
def test_two_results_are_compared(sets, model, tmp_path):
    for name in ("a", "b"):
        call(
            "table10",
            "--data",
            sets,
            "--model",
            model,
            "--device",
            "cpu",
            "--json",
            tmp_path / f"{name}.json",
        )
    done = call("compare", tmp_path / "a.json", tmp_path / "b.json")
    assert done.exit_code == 0
    assert "GoPro" in done.stdout


def test_costs_are_measured(model, tmp_path):
    done = call(
        "efficiency", "--model", model, "--size", 32, "--device", "cpu", "--json", tmp_path / "costs.json"
    )
    assert done.exit_code == 0
    (cost,) = json.loads((tmp_path / "costs.json").read_text())["costs"]
    assert cost["size"] == [32, 32]
    assert cost["macs"] > 32 * 32 * 3 * 4 * 3 * 3 * 2  # of the first and last layer alone
    assert cost["latency_ms"] > 0


def test_multiply_adds_are_those_of_the_layers(as_method):
    from instructir.evaluation.runner.efficiency import measure_costs

    class Layer:
        name = "layer"
        convolution = torch.nn.Conv2d(3, 3, 3, padding=1, bias=False)

        def __call__(self, images, instruction):
            return self.convolution(images)

    (cost,) = measure_costs([as_method(Layer())], torch.device("cpu"), (10, 20), runs=1)
    assert cost.macs == 10 * 20 * 3 * 3 * 3 * 3
    assert cost.peak_memory_mb is None or cost.peak_memory_mb >= 0


def test_multiply_adds_of_a_model_are_those_of_its_plain_network(as_method):
    """Whatever computes it, and torch cannot look into: the paper's network has 16.2 G."""
    from instructir.evaluation.methods.method import RestorerMethod
    from instructir.evaluation.runner.efficiency import measure_costs

    restorer = Mock(settings=Settings(), model=Model("paper", ImageNetwork().eval(), None, ""))
    restorer.predict = lambda images, instruction, ensemble: images
    (cost,) = measure_costs([as_method(RestorerMethod(restorer))], torch.device("cpu"), runs=1)
    assert round(cost.macs / 1e9, 1) == 16.2


@needs("evaluate")
def test_documents_are_updated_and_checked(sets, model, tmp_path):
    call("table10", "--data", sets, "--model", model, "--device", "cpu", "--json", tmp_path / "numbers.json")
    readme = tmp_path / "README.md"
    readme.write_text("<!-- results:numbers -->\n<!-- /results -->\n")
    assert call("document", readme, "--results", tmp_path, "--check").exit_code == 1
    assert call("document", readme, "--results", tmp_path).exit_code == 0
    assert call("document", readme, "--results", tmp_path, "--check").exit_code == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--protocol", "paper"], "unknown protocol"),
        (["--baseline", "bm3d"], "unknown baseline"),
        (["--metric", "fid"], "unknown metric"),
        (["--limit", "0"], "--limit 0"),
        (["--json", "."], "is a folder"),
    ],
)
def test_mistakes_are_one_line(sets, model, words, reason):
    with pytest.raises(ConfigError, match=reason):
        call("table2", "--data", sets, "--model", model, "--device", "cpu", *words)


@pytest.mark.parametrize(
    ("suite", "option", "place"),
    [
        ("table2", "--json", "file/results.json"),
        ("table2", "--report", "file/report"),
        ("efficiency", "--json", "file/results.json"),
    ],
)
def test_a_place_that_cannot_be_written_is_found_before_anything_is_loaded(
    sets, tmp_path, monkeypatch, suite, option, place
):
    for module in ("session", "efficiency"):
        name = f"instructir.evaluation.runner.{module}.load_methods"
        monkeypatch.setattr(name, lambda *_, **__: pytest.fail("loaded"))
    (tmp_path / "file").write_text("mine")
    data = [] if suite == "efficiency" else ["--data", sets]
    with pytest.raises(DataError, match=r"results\.json: cannot be written .*; choose another place"):
        call(suite, *data, option, tmp_path / place)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_place_that_can_be_written_is_left_as_it_is(tmp_path):
    from instructir.evaluation.results import check_json_place

    (tmp_path / "old.json").write_text("old")
    for name in ("old.json", "new.json"):
        check_json_place(tmp_path / name)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old.json", "old")]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--sigma", "-5"], "--sigma -5: give a noise level above 0"),
        (["--sigma", "nan"], "--sigma nan"),
        (["--sigma", "inf"], "--sigma inf"),
        (["--sigma", "25", "--scale", "2"], "--scale 2: give how many times"),
        (["--scale", "0"], "--scale 0"),
        (["--scale", "-2"], "--scale -2"),
        (["--scale", "4"], "a.png is of its reference's size; leave --scale out"),
        (["--input", ""], "'': give --input and --target as folders below --data"),
    ],
)
def test_numbers_that_cannot_be_are_refused(sets, model, words, reason):
    with pytest.raises(ConfigError, match=reason):
        call("folder", "--data", sets / "GoPro", "--task", "denoising", "--model", model, *words)


def test_importing_the_command_loads_no_heavy_package():
    import subprocess

    heavy = ("torch", "numpy", "skimage")
    code = f"import sys, instructir.cli.evaluate; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@needs("evaluate")
def test_pictures_with_an_alpha_channel_or_of_grey_are_read_as_rgb(tmp_path, model):
    grey = np.full((32, 32), 120, np.uint8)
    for kind in ("input", "target"):
        save(tmp_path / "grey" / kind / "a.png", grey)
    done = call(
        "folder", "--data", tmp_path / "grey", "--task", "deblurring", "--model", model, "--device", "cpu"
    )
    assert done.exit_code == 0

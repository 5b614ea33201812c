"""``instructir export`` and ``instructir bench`` as users call them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "instructir", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)


def test_export_writes_the_graph_and_how_to_use_it(plain_model: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    runtime = pytest.importorskip("onnxruntime")
    done = run("export", plain_model, "--format", "onnx", "-o", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "new" / "plain.onnx")
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["plain.json", "plain.onnx"]
    graph = runtime.InferenceSession(tmp_path / "new" / "plain.onnx")
    assert [entry.shape[1] for entry in graph.get_inputs()] == [3]
    assert json.loads((tmp_path / "new" / "plain.json").read_text())["config"]["width"] == 4


def test_export_of_nothing_is_one_line(tmp_path: Path) -> None:
    done = run("export", tmp_path / "none.safetensors", "-o", tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_bench_measures_against_the_plain_network(plain_model: str, tmp_path: Path) -> None:
    arguments = ("--size", "70x50", "--runs", 1, "--pictures", 2, "--json", tmp_path / "b.json")
    done = run("bench", "torch:fp32", "--model", plain_model, *arguments)
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "b.json").read_text())
    rows = record["rows"]
    assert [row["runtime"] for row in rows] == ["plain", "torch"]
    assert all(row["latency"] > 0 and row["batch"] > 0 and row["start"] > 0 for row in rows)
    assert record["machine"]["processor"] in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("torch:fp8",), "precision 'fp8' is unknown"),
        (("nothing:fp32",), "runtime 'nothing' is unknown"),
        (("--size", "12"), "size '12' is none"),
    ],
)
def test_bench_refuses_in_one_line(plain_model: str, arguments: tuple[str, ...], reason: str) -> None:
    done = run(
        "bench", *arguments, "--model", plain_model, *(() if "--size" in arguments else ("--size", "16x16"))
    )
    assert done.returncode == 2
    assert reason in done.stderr.splitlines()[-1]

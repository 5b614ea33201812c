"""The curl lines and the Python example of docs/serving.md run as they stand, against a real server."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers.patience import PATIENCE
from helpers.serving import ROOT, start

PAGE = (ROOT / "docs" / "serving.md").read_text("utf-8")
CURL = [block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "curl" in block]


@pytest.fixture(scope="module")
def url(program: Path, tmp_path_factory: pytest.TempPathFactory):
    running = start(program, "--no-page", "--jobs", tmp_path_factory.mktemp("jobs") / "jobs.sqlite3")
    yield running.url
    running.stop()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_curl_lines_run(url: str, here: Path) -> None:
    missing = [tool for tool in ("bash", "curl", "jq") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    assert len(CURL) == 6
    for block in CURL:
        script = block.replace("http://127.0.0.1:7860", url)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            text=True,
        )
        assert done.returncode == 0, (script, done.stderr)
        if "/events" in block:
            assert '"state": "done"' in done.stdout
    assert "denoising" in (here / "headers.txt").read_text()
    for name in ("clean.jpg", "sheet.jpg", "bright.jpg", "answer.json", "openapi.json"):
        assert (here / name).stat().st_size > 2000


def test_python_example_runs(url: str, here: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(example.replace("http://127.0.0.1:7860", url), "serving.md", "exec"), {})
    assert (here / "clean.jpg").stat().st_size > 10_000
    assert (here / "bright.jpg").stat().st_size > 10_000


def test_every_code_is_in_the_table() -> None:
    from instructir.serving.problems import PROBLEMS

    table = PAGE[PAGE.index("## Errors") : PAGE.index("## From Python")]
    assert all(f"`{code}`" in table for code in PROBLEMS)


def test_every_field_is_in_the_table() -> None:
    from instructir.serving.schemas import RestoreOptions

    table = PAGE[PAGE.index("Further fields:") : PAGE.index("In each answer")]
    named = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))))
    assert named == {*RestoreOptions.model_fields, "mask"} - {"instruction"}


def test_container_runs_without_rights_and_reports_its_health() -> None:
    yaml = pytest.importorskip("yaml")
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    for line in ("USER instructir", "HEALTHCHECK", "STOPSIGNAL SIGTERM"):
        assert f"\n{line}" in dockerfile
    for copied in re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE):
        assert all((ROOT / name).exists() for name in copied.split())
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert {service["build"]["args"]["VARIANT"] for service in services.values()} == {"cpu", "cuda"}


def test_load_is_as_measured() -> None:
    """The figures of the ten minutes of load are those of the run that is kept."""
    run = json.loads((ROOT / "benchmarks" / "results" / "serve_load.json").read_text())
    text = " ".join(PAGE.split())
    assert set(run["statuses"]) <= {"200", "429"}
    memory = run["rss_mib"]
    for said in (
        f"{run['statuses']['200']:,} pictures, no error",
        f"{run['pictures_a_second']:.1f} pictures a second",
        f"which is {run['share_of_bare']['by_the_clock']:.2f} of what the bare Restorer does",
        f"half of the answers within {run['p50']:.1f} s and 95 % within {run['p95']:.1f} s",
        f"{memory['at_60_s']:.0f} MiB after the first minute and {memory['last']:.0f} at the end",
    ):
        assert said in text, said

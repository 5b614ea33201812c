"""The site is built without a complaint, is whole by itself, and says of the code what is so."""

import os
import pkgutil
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs" / "how_it_works.md").read_text("utf-8")


class Page(HTMLParser):
    """What a page loads, what can be linked to in it, and the text of its paragraphs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.paragraphs: list[str] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag in ("script", "img", "iframe", "source", "video"):
            self.loaded.append(found.get("src") or "")
        if tag == "link" and found.get("rel") in ("stylesheet", "icon", "preconnect", "preload"):
            self.loaded.append(found.get("href") or "")
        self.anchors.add(found.get("id") or "")
        if tag == "p":
            self._inside = True
            self.paragraphs.append("")

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "p"

    def handle_data(self, data):
        if self._inside:
            self.paragraphs[-1] += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """The pages of the site, built in strict mode, by their addresses."""
    for module in ("material", "mkdocstrings", "fastapi", "httpx", "yaml"):
        pytest.importorskip(module, reason='needs the extra "docs"')
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        text=True,
    )
    assert built.returncode == 0, built.stderr
    assert not built.stderr
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text("utf-8")) for path in folder.rglob("*.html")
    }


def test_every_document_is_a_page(site: dict[str, Page]) -> None:
    documents = {path.with_suffix(".html").name for path in (ROOT / "docs").glob("*.md")}
    assert documents | {"MODEL_CARD.html", "CHANGELOG.html", "CONTRIBUTING.html"} <= set(site)


def test_nothing_is_fetched_from_elsewhere(site: dict[str, Page]) -> None:
    loaded = {address for page in site.values() for address in page.loaded}
    assert any(address.endswith("gallery.jpg") for address in loaded)
    assert not [address for address in loaded if re.match(r"\w+:|//", address)]


def test_lists_and_tables_are_shown_as_such(site: dict[str, Page]) -> None:
    raw = re.compile(r"^ *(?:[-*] |\|? ?-{3}|```)", re.MULTILINE)
    bad = [(name, text[:80]) for name, page in site.items() for text in page.paragraphs if raw.search(text)]
    assert not bad


def test_the_reference_is_that_of_the_code(site: dict[str, Page]) -> None:
    import instructir
    from instructir.serving.app import create_api

    names = {f"{home}.{name}" for name, home in instructir._HOMES.items()}
    assert (
        names | {"instructir.restoration.restorer.Restorer.restore"} <= site["reference/python.html"].anchors
    )
    assert {"instructir-restore", "instructir-evaluate-planner"} <= site[
        "reference/command_line.html"
    ].anchors
    shown = " ".join(site["reference/rest.html"].paragraphs)
    assert all(path in shown for path in create_api().openapi()["paths"])
    assert {"model", "optimiser", "datamixture"} <= site["reference/training_options.html"].anchors


def test_roles_of_docstrings_are_links(site: dict[str, Page]) -> None:
    assert not [
        text for text in site["reference/python.html"].paragraphs if ":class:" in text or ":func:" in text
    ]


def rows() -> list[str]:
    table = MAP.partition("| paper | what | code |")[2].partition("\n\n")[0]
    return [
        line.rpartition("| ")[0].rpartition(" | ")[2] or line for line in table.splitlines() if "`" in line
    ]


def test_the_map_from_paper_to_code_has_each_part() -> None:
    sections = set(re.findall(r"^\| ([^|]+?) \|", MAP, re.MULTILINE))
    assert {
        "3.1",
        "3.2",
        "3.3",
        "4.1",
        "4.2",
        "4.3",
        "5",
        "tables 2 to 10",
        "table 11",
        "figures 3, 4",
    } <= sections


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(instructir(?:\.\w+)+)`", MAP))))
def test_what_the_map_names_is_there(name: str) -> None:
    assert pkgutil.resolve_name(name) is not None


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\b((?:\w+/)+\w+\.(?:py|yaml))\b", MAP))))
def test_files_that_the_explanation_names_are_there(name: str) -> None:
    assert any((folder / name).is_file() for folder in (ROOT, ROOT / "src" / "instructir"))


def test_what_contributing_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`((?:[\w.]+/)*[\w.]+\.(?:py|toml|json|yaml|md|txt))`", text))
    homes = (ROOT, ROOT / "src" / "instructir", ROOT / "src" / "instructir" / "instructions")
    # TASK and CODE stand for any; a name is spelt once with its folder, and then by itself.
    known = {path.name for path in ROOT.glob("src/instructir/**/*") if path.is_file()}
    fixed = [name for name in named if not re.search(r"\b(?:TASK|CODE)\.", name)]
    gone = [name for name in fixed if not any((home / name).is_file() for home in homes)]
    assert {"images/codecs/jpeg.py", "data/manifest.toml"} <= named
    assert not [name for name in gone if "/" in name or name not in known]

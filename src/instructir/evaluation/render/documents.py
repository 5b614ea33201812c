"""Numbers in documents: text between markers, rendered from what was measured and is kept as JSON.

A document holds blocks such as::

    <!-- results:local -->
    <!-- /results -->

whose text is rendered from ``local.json`` in the folder of results. A block can name the rows it wants, as in
``<!-- results:local only: Do nothing; InstructIR-7D -->``, and then the sets, as in
``sets: CBSD68-25; average``. Blocks from ``<!-- measured:NAME -->`` to
``<!-- /measured -->`` hold figures of the understanding (:mod:`instructir.evaluation.render.figures`) in the
same way. No number is typed by hand, and a test that calls :func:`stale_blocks` fails as soon as a document
and its JSON differ.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from instructir.errors import DataError
from instructir.evaluation.render.figures import block_body, read_figures
from instructir.evaluation.render.text import markdown
from instructir.evaluation.results import Results, read_results

BLOCK = re.compile(
    r"(?P<head><!-- (?P<kind>results|measured):(?P<name>[\w.-]+)(?: only: (?P<rows>[^\n]*?))?"
    r"(?: sets: (?P<sets>[^\n]*?))? -->\n)"
    r"(?P<body>.*?)(?P<foot><!-- /(?P=kind) -->)",
    re.DOTALL,
)


def provenance(results: Results) -> str:
    """One line on what was measured when, with what, and where."""
    models = ", ".join(
        f"{m.name} (sha256 {m.sha256[:12]}{', ' if m.precision else ''}{m.precision})"
        for m in results.methods
        if m.kind == "model"
    )
    versions = ", ".join(
        f"{name} {results.versions[name]}" for name in ("instructir", "torch") if name in results.versions
    )
    place = results.machine.get("accelerator") or results.machine.get("processor") or "unknown hardware"
    return f"Measured {results.created[:10]}: {models or 'no model'}; {versions}; {place}."


def _render_block(results: Results, rows: Sequence[str] = (), keys: Sequence[str] = ()) -> str:
    """The Markdown of a block, with a newline at its end.

    Args:
        results: what was measured.
        rows: names of the rows that are wanted, published ones too; empty for all.
        keys: the columns that are wanted, without notes; empty for all.

    Raises:
        DataError: if there is no row or column of that name.
    """
    return f"{markdown(results, rows, keys)}\n\n{provenance(results)}\n"


def refresh(text: str, folder: Path) -> str:
    """`text` with every block rendered anew from ``folder/NAME.json``.

    Raises:
        DataError: if a block's results are missing or unreadable, or it names an unknown row.
    """
    return BLOCK.sub(lambda block: block["head"] + _body(block, folder) + block["foot"], text)


def update_documents(path: Path, folder: Path) -> bool:
    """Rewrite the document at `path`, and tell whether it changed.

    Raises:
        DataError: if it cannot be read or written, has no block, or a block's results are missing.
    """
    text = _document(path)
    fresh = refresh(text, folder)
    if fresh == text:
        return False
    try:
        path.write_text(fresh, "utf-8")
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror})") from None
    return True


def stale_blocks(path: Path, folder: Path) -> list[str]:
    """Names of the blocks whose text is not what their results say; for tests.

    Raises:
        DataError: if the document cannot be read or has no block, or a block's results are missing.
    """
    found = BLOCK.finditer(_document(path))
    return [block["name"] for block in found if block["body"] != _body(block, folder)]


def _body(block: re.Match[str], folder: Path) -> str:
    path = folder / f"{block['name']}.json"
    if block["kind"] == "measured":
        return block_body(block["name"], read_figures(path))
    return _render_block(read_results(path), _listed(block["rows"]), _listed(block["sets"]))


def _listed(names: str | None) -> list[str]:
    return [name.strip() for name in (names or "").split(";") if name.strip()]


def _document(path: Path) -> str:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    if not BLOCK.search(text):
        raise DataError(
            f"{path}: has no block of results; add <!-- results:NAME --> and <!-- /results --> lines"
        )
    return text

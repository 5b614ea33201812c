"""An instruction for every file of a folder, read from a table."""

import json
from pathlib import Path
from typing import Any

import pytest
from test_folder import WISH, put, run

from instructir.errors import InstructionError
from instructir.jobs.folders.instruction_file import read_instructions
from instructir.jobs.folders.job import FolderJob
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_instructions_by_file(plain_model: str, tmp_path: Path, suffix: str) -> None:
    for name in ("a.png", "sub/b, c.png", "d.png"):
        put(tmp_path / "in" / name)
    table = tmp_path / f"table{suffix}"
    rows = [("a.png", "remove the rain"), ("./sub/b, c.png", 'say "hello"'), ("gone.png", "clean it")]
    if suffix == ".csv":
        quoted = "\n".join(f'"{name}","{text.replace(chr(34), chr(34) * 2)}"' for name, text in rows)
        table.write_text(f"\ufefffile,instruction\n{quoted}\n", "utf-8")
    else:
        lines = [json.dumps({"file": name, "instruction": text}) for name, text in rows]
        table.write_text("\n\n".join(lines), "utf-8")
    read_back = read_instructions(table)
    assert read_back == {"a.png": "remove the rain", "sub/b, c.png": 'say "hello"', "gone.png": "clean it"}
    settings = Settings(model=plain_model)
    options: dict[str, Any] = {"table": read_back, "recursive": True}
    only = FolderJob(str(tmp_path / "in"), str(tmp_path / "out"), None, settings, **options).listing
    assert {item.source: item.instruction for item in only.items} == {
        "a.png": "remove the rain",
        "sub/b, c.png": 'say "hello"',
    }
    assert only.unnamed == 1
    assert [Path(fault.source).name for fault in only.faults] == ["gone.png"]
    rest = FolderJob(str(tmp_path / "in"), str(tmp_path / "out"), WISH, settings, **options).listing
    assert {item.source: item.instruction for item in rest.items}["d.png"] == WISH


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("t.csv", "name,wish\na,b\n", "file,instruction"),
        ("t.csv", "file,instruction\na.png\n", "line 2 lacks"),
        ("t.csv", "file,instruction\na.png,\n", "line 2: the instruction is empty"),
        ("t.csv", "file,instruction\na.png,x\n./a.png,y\n", "line 3 names a.png again"),
        ("t.csv", "file,instruction\na.png,\xff\n", "is no text in UTF-8; save it as such"),
        ("t.csv", "file,instruction\n\na.png,too dark, and noisy\n", "has more columns"),
        ("t.csv", 'file,instruction\na.png,"x\nb.png,y\n', "line 2 is no row of CSV"),
        ("t.csv", 'file,instruction\na.png,"x\nb.png,"y"\n', "line 2 is no row of CSV"),
        ("t.jsonl", '{"file": "a"}\n', "line 1 lacks"),
        ("t.jsonl", "[1]\n", "line 1 is no JSON object"),
        ("t.jsonl", "{", "line 1 is no JSON object"),
        ("t.jsonl", "[" * 100_000, "line 1 is no JSON object"),
        ("t.xlsx", "", "name a .csv or .jsonl file"),
    ],
)
def test_bad_tables(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InstructionError, match=words) as raised:
        read_instructions(path)
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)
    with pytest.raises(InstructionError, match="cannot be read"):
        read_instructions(tmp_path / "missing.csv")


@pytest.mark.parametrize("rows", [{}, {"b.png": "clean it"}])
def test_a_table_without_rows_names_nothing(plain_model: str, tmp_path: Path, rows: dict[str, str]) -> None:
    put(tmp_path / "in" / "a.png")
    job = FolderJob(
        str(tmp_path / "in"), str(tmp_path / "out"), None, Settings(model=plain_model), table=rows
    )
    assert (job.listing.items, job.listing.unnamed) == ((), 1)


def test_a_refused_instruction_is_told_with_its_file(
    plain_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise InstructionError("say something else")

    put(tmp_path / "in" / "a.png")
    monkeypatch.setattr(Restorer, "restore", refuse)
    _, (failure,), _ = run(plain_model, tmp_path / "in", tmp_path / "out", None, table={"a.png": "add a cat"})
    assert failure.reason == f"{tmp_path / 'in' / 'a.png'}: say something else"


def listing_of(model: str, folder: Path, table: dict[str, str]) -> Any:
    return FolderJob(str(folder), f"{folder}_out", None, Settings(model=model), table=table).listing


def test_accents_spelt_as_another_system_does(plain_model: str, tmp_path: Path) -> None:
    one, two = "\u00e9.png", "e\u0301.png"
    for there, named in ((one, two), (two, one)):
        folder = tmp_path / f"in{len(there)}"
        put(folder / there)
        put(folder / "other.png")
        listing = listing_of(plain_model, folder, {named: WISH})
        assert [item.source for item in listing.items] == [there]
        assert listing.faults == ()
    listing = listing_of(plain_model, tmp_path / "in5", {one: WISH, two: "clean it"})
    assert [(item.source, item.instruction) for item in listing.items] == [(one, WISH)]
    assert len(listing.faults) == 1
    put(tmp_path / "in5" / two)
    listing = listing_of(plain_model, tmp_path / "in5", {one: WISH, two: "clean it"})
    assert {item.source: item.instruction for item in listing.items} == {one: WISH, two: "clean it"}


def test_a_path_to_a_file_of_the_folder_is_told_its_name(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.png")
    for name in (str(tmp_path / "in" / "a.png"), "in/a.png"):
        (fault,) = listing_of(plain_model, tmp_path / "in", {name: WISH}).faults
        assert fault.reason.endswith("call it a.png, as seen from the folder")

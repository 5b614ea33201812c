"""Lists of pairs and pairs of folders: what is wrong with them is said in a line."""

from pathlib import Path

import pytest

from helpers.training import make_pictures
from instructir.data.sources import SourceOptions, pictures_of
from instructir.errors import DataError
from instructir.training.faults import FaultData, FaultOptions, train_faults

ROWS = b"lq,gt,kind\n0,2.png,low\n1,2,over\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_pictures(tmp_path / "sice", count=3)
    (tmp_path / "sice" / "pairs.csv").write_bytes(ROWS)
    return tmp_path


def pairs(root: Path, where: str = "") -> list[tuple[str, str]]:
    found = pictures_of(SourceOptions("pairs", ["sice"], list="pairs.csv", where=where), root)
    return [(clean.name, other.name) for clean, other in found if other]


def test_a_list_names_pairs_with_or_without_suffix(root: Path) -> None:
    assert pairs(root) == [("2.png", "0.png"), ("2.png", "1.png")]
    assert pairs(root, "low") == [("2.png", "0.png")]
    (root / "sice" / "pairs.csv").write_bytes(b"\xef\xbb\xbf" + ROWS)  # as spreadsheets store UTF-8
    assert len(pairs(root)) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("lq,gt,kind\n\xe4,2,low\n".encode("latin-1"), "is not in UTF-8; store it as such"),
        (b"lq,gt\n0,2\n", "has no column 'kind'; a list has the columns lq,gt,kind"),
        (b"", "has no column 'gt'"),
        (b"lq,gt,kind\n", "lists nothing; a list has the columns"),
        (b"lq,gt,kind\n7,2,low\n", "names '7', which is not there; add it, or take the row out"),
        (b"lq,gt,kind\n0\n", "names '', which is not there"),
    ],
)
def test_a_list_that_cannot_be_used_is_named(root: Path, content: bytes, says: str) -> None:
    (root / "sice" / "pairs.csv").write_bytes(content)
    with pytest.raises(DataError, match=rf"pairs\.csv: {says}"):
        pairs(root)


def test_a_kind_that_no_row_has_is_named_with_those_that_are_there(root: Path) -> None:
    with pytest.raises(DataError, match="no row of the kind 'dark'; set where to one of low, over"):
        pairs(root, "dark")


def test_two_pictures_of_one_name_are_refused_where_the_name_is_used(root: Path) -> None:
    (root / "sice" / "0.jpg").touch()
    with pytest.raises(DataError, match=r"0\.jpg and 0\.png are both called '0'; keep one of them"):
        pairs(root)
    make_pictures(root / "two" / "target", count=1)
    make_pictures(root / "two" / "input", count=1)
    (root / "two" / "input" / "0.bmp").touch()
    with pytest.raises(DataError, match=r"0\.bmp and 0\.png are both called '0'"):
        pictures_of(SourceOptions("pairs", ["two"]), root)


def test_hidden_files_are_no_companions(root: Path) -> None:
    for place in ("target", "input"):
        make_pictures(root / "mac" / place, count=2)
        (root / "mac" / place / f"._{place}.png").touch()
    assert len(pictures_of(SourceOptions("pairs", ["mac"]), root)) == 2


def test_the_lists_of_faults_are_read_alike(root: Path) -> None:
    make_pictures(root / "clean", count=24)
    (root / "sice" / "pairs.csv").write_bytes("lq,kind\n\xe4,low\n".encode("latin-1"))
    options = FaultOptions(str(root / "out"), data=FaultData(str(root), ["clean"], ["sice/pairs.csv"]))
    with pytest.raises(DataError, match="is not in UTF-8"):
        train_faults(options)

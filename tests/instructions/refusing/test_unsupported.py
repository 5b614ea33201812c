# ruff: noqa: RUF001 - letters of other scripts are meant
"""What is written in a language that nobody here reads is not guessed at."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.refusing.unsupported import unsupported

FOREIGN = [
    "fotot är alldeles för mörkt",
    "bildet er uskarpt, kan du fikse det",
    "billedet er for mørkt",
    "kuva on liian tumma",
    "fotka je příliš tmavá",
    "a kép túl sötét",
    "poza este prea întunecată",
    "slika je previše tamna",
    "gambarnya buram, tolong perbaiki",
    "ảnh tối quá",
    "фото занадто темне, зроби світліше",
    "снимката е прекалено тъмна",
    "عکس خیلی تاریک است",
    "फोटो खूप अंधारात आहे",
]
READ = [
    "remove the noise",
    "the photo of Åre in the fog is too dark",
    "zu dunkel",
    "la foto è scura",
    "la photo est trop sombre",
    "het is te donker",
    "za ciemne zdjęcie",
    "çok karanlık",
    "слишком темно",
    "الصورة مظلمة",
    "फोटो धुंधली है",
    "photo me andhera hai ujala karo",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_are_not_understood(text: str) -> None:
    found = understand(text)
    assert (found.kind, found.reason) == ("out_of_scope", "unknown")


@pytest.mark.parametrize("text", READ)
def test_those_that_are_read_stay(text: str) -> None:
    assert not unsupported(text)

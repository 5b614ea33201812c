"""Animals whose name is a word for a fault."""

import pytest

from instructir.instructions.telling.animals import without_animals


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("la Nebbia, il mio cavallo bianco, qui sembra giallo", "it", "qui sembra giallo"),
        ("Nebel, unser Schimmel, sieht hier gelb aus", "de", "sieht hier gelb aus"),
        ("Niebla, mi gata, borrosa", "es", "borrosa"),
        ("Brume, mon cheval blanc, est toute jaune", "fr", "est toute jaune"),
        ("la nebbia, il mio problema, è fitta", "it", ""),
        ("nebbia, il mio cavallo, è fitta", "it", ""),
        ("Nebel, mein Problem, ist zu dicht", "de", ""),
        ("雾, 我的猫, 模糊", "zh", ""),
    ],
)
def test_only_a_named_animal_is_left_out(text: str, code: str, rest: str) -> None:
    assert without_animals(text, code) == (rest or text)

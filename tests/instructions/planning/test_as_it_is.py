# ruff: noqa: RUF001 - letters of other scripts are meant
"""Sentences that ask for nothing leave the picture as it is; those that take back a result are told so."""

from pathlib import Path

import pytest

from instructir.instructions.locales import locale
from instructir.instructions.plan import Plan
from instructir.instructions.planner import understand
from instructir.instructions.planning.as_it_is import asks_for_nothing
from instructir.instructions.tables import LOCALES_FOLDER

KEPT = [
    ("I'm really pleased with how it looks", "en"),
    ("nothing needs changing", "en"),
    ("all good, no edits please", "en"),
    ("keep your hands off this picture", "en"),
    ("we like it exactly as it is", "en"),
    ("It came out great!", "en"),
    ("would you please leave it as it is?", "en"),
    ("that'll do, thank you so much", "en"),
    ("leave it alone, I love the grain", "en"),
    ("do nothing", "en"),
    ("do not remove anything", "en"),
    ("Finger weg von dem Foto", "de"),
    ("gefällt mir so, danke", "de"),
    ("laat maar zo, het is prima", "nl"),
    ("ne change rien s'il te plaît", "fr"),
    ("así está bien, gracias", "es"),
    ("va bene così, grazie", "it"),
    ("deixa assim, está ótimo", "pt"),
    ("nic nie zmieniaj, jest idealnie", "pl"),
    ("hiçbir şey yapma", "tr"),
    ("всё отлично, спасибо", "ru"),
    ("不要改,这样就很好", "zh"),
    ("何もしないでください", "ja"),
    ("아무것도 하지 마세요", "ko"),
    ("اتركها كما هي", "ar"),
    ("कुछ मत बदलो, ऐसे ही अच्छी है", "hi"),
    ("leave it like that don't change anything", "en"),
    ("it's perfect leave it alone", "en"),
    ("déjala como está no cambies nada", "es"),
    ("laisse comme ça ne touche à rien", "fr"),
    ("lass es so nichts anfassen", "de"),
    ("va bene così non modificare niente", "it"),
    ("deixa do jeitinho que tá", "pt"),
    ("laat het zo niks aanpassen", "nl"),
    ("zostaw tak nic nie ruszaj", "pl"),
    ("böyle kalsın dokunma", "tr"),
    ("пусть всё так и останется", "ru"),
    ("так и оставь ничего не трогай", "ru"),
    ("就这样别改", "zh"),
    ("이대로 놔둬 바꾸지 마", "ko"),
    ("سيبها كده", "ar"),
    ("ऐसे ही रहने दो कुछ मत करो", "hi"),
]
TAKEN_BACK = [
    ("that's worse than before", "en"),
    ("revert to the original", "en"),
    ("take it back to how it was", "en"),
    ("you ruined it", "en"),
    ("geh zurück zur vorherigen Version", "de"),
    ("reviens à la version précédente", "fr"),
    ("vuelve a la versión anterior", "es"),
    ("torna alla versione precedente", "it"),
    ("volta para a versão anterior", "pt"),
    ("wróć do poprzedniej wersji", "pl"),
    ("önceki haline döndür", "tr"),
    ("верни как было", "ru"),
    ("恢复原来的样子", "zh"),
    ("元に戻してください", "ja"),
    ("원래대로 되돌려 주세요", "ko"),
    ("أعدها كما كانت", "ar"),
]
OTHERS = [
    "leave it as it is but remove the noise",
    "it's fine, just a bit dark",
    "don't touch the colours, fix the blur",
    "I'm happy with the colours",
    "make it perfect",
    "fix it",
    "make it better",
    "something is off",
    "it's not good",
    "is it good?",
    "don't leave it like this",
    "undo the haze",
    "undo the damage",
    "bring it back to life",
    "nothing is sharp",
    "keep it dark",
    "could be better",
    "I don't like it",
    "es ist gut, aber zu dunkel",
    "lass die Farben so, aber entferne das Rauschen",
    "deja los colores como están y quita el ruido",
    "elle est belle mais floue",
    "non è male ma è scura",
    "nicht so gut",
    "no quiero dejarla así",
    "не хочу оставить так",
    "leave it like that just remove the noise",
    "lass es so nur das Rauschen weg",
    "ne laisse pas comme ça enlève le bruit",
    "it's fine sharpen it",
]


@pytest.mark.parametrize(("text", "language"), KEPT)
def test_who_asks_for_nothing_gets_the_picture_as_it_is(text: str, language: str) -> None:
    found = understand(text)
    assert (found.kind, found.steps, found.blind, found.language) == ("clear", (), False, language)
    assert found.summary() == locale(language).say["kept"]


@pytest.mark.parametrize(("text", "language"), TAKEN_BACK)
def test_a_result_is_not_taken_back(text: str, language: str) -> None:
    found = understand(text)
    assert (found.kind, found.reason, found.language) == ("out_of_scope", "undo", language)
    assert found.summary() == locale(language).say["undo"]


@pytest.mark.parametrize("text", OTHERS)
def test_what_asks_or_complains_is_read_as_ever(text: str) -> None:
    assert asks_for_nothing(text) is None


@pytest.mark.parametrize("path", sorted(LOCALES_FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_every_language_says_so(path: Path) -> None:
    assert Plan("clear", (), reason="kept", language=path.stem).summary()
    assert Plan("out_of_scope", (), reason="undo", language=path.stem).summary()

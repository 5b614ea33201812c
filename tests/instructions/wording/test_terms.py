"""Terms of the trade, slips of spelling, and what stands around a request."""

import csv
from pathlib import Path

import pytest

from instructir.instructions.framing import REMARK, RULING_OUT, request_of
from instructir.instructions.locales import locale
from instructir.instructions.planner import understand
from instructir.instructions.ruling_out.leaving import leaves, rules_out
from instructir.instructions.wording.moderating import moderated
from instructir.instructions.wording.terms import in_plain_words, respelt, without_slang, without_stutter


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("too much photon noise", "too much noise"),
        ("poor SNR here", "noise here"),
        ("run BM3D on it", "run noise reduction on it"),
        ("mirror slap ruined it", "motion blur ruined it"),
        ("looks like I left the lens cap on", "far too dark"),
        ("a bit of backfocus", "a bit of out of focus"),
        ("fix the hot and dead pixels", "fix the noise"),
        ("stuck pixels in the sky", "noise in the sky"),
        ("snrk is no term", "snrk is no term"),
        ("the lenslet", "the lenslet"),
        ("a touch too dark", "a bit too dark"),
        ("touch up the colours", "touch up the colours"),
        ("streak removal please", "rain streak removal please"),
        ("light streak removal", "light streak removal"),
        ("enhance this low-light image", "brighten this dark image"),
        ("it was low light", "it was low light"),
    ],
)
def test_terms_become_everyday_words(text: str, plain: str) -> None:
    assert in_plain_words(text) == plain


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("too drak", "too dark"),
        ("it is niosy", "it is noisy"),
        ("very blury", "very blurry"),
        ("i want it darkr", "i want it darker"),
        ("Denise is shaper than the shadow", "Denise is shaper than the shadow"),
        ("shharpen it", "sharpen it"),
        ("it is dark", "it is dark"),
        ("the bride in the park", "the bride in the park"),
    ],
)
def test_slips_of_two_letters_are_mended(text: str, spelt: str) -> None:
    assert respelt(text) == spelt


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("how can I remove the noise?", "remove the noise"),
        ("is there any way to sharpen this", "sharpen this"),
        ("would it be possible to brighten it?", "brighten it"),
        ("show me how it rained", None),
        ("remove the noise", None),
        ("how can I ?", None),
    ],
)
def test_questions_of_how_are_requests(text: str, asked: str | None) -> None:
    assert request_of(text) == asked


def test_too_much_of_it_is_not_none_of_it() -> None:
    assert moderated("don't overdo the sharpening") == "a little sharpening"
    assert moderated("don't touch the sharpening") == "don't touch the sharpening"
    assert moderated("don't overdo it") == "don't overdo it"
    assert moderated("get rid of most of the rain but leave a bit") == "get rid of 80 % of the rain"
    assert moderated("remove the noise but not completely") == "remove the noise a little"
    assert moderated("not all of the fog, just some") == "remove the fog a little"
    assert moderated("fade the rain a bit but don't remove it entirely") == "reduce the rain a bit"
    assert moderated("remove the noise but not the colours") == "remove the noise but not the colours"
    assert moderated("remove all the noise") == "remove all the noise"
    assert moderated("fade the colours") == "fade the colours"
    assert moderated("the dark is fine, but the grain isn't") == "the dark is fine, but remove the grain"
    assert moderated("sharpness is spot on, not so the noise") == "sharpness is spot on, but remove the noise"
    assert moderated("the grain isn't fine") == "the grain isn't fine"
    assert moderated("I'd like most of the noise gone, not all of it") == "I'd like 80 % of the noise gone"
    assert moderated("remove most of the noise") == "remove most of the noise"


def test_nothing_is_ruled_out_without_a_word_that_could() -> None:
    assert RULING_OUT.search("sharpen it, without the denoising")
    assert not RULING_OUT.search("sharpen it and denoise it")
    assert REMARK.match("they're the whole point")
    assert not REMARK.match("the whole point")


@pytest.mark.parametrize(
    ("code", "leaving", "asking"),
    [
        ("de", "lass die Farben in Ruhe", "mach die Farben kräftiger"),
        ("fr", "ne touche pas aux couleurs", "ravive les couleurs"),
        ("es", "no toques los colores", "aviva los colores"),
    ],
)
def test_other_languages_leave_things_alone(code: str, leaving: str, asking: str) -> None:
    assert rules_out(leaving, code)
    assert leaves(leaving, code)
    assert not leaves(asking, code)


with (Path(__file__).parents[1] / "lists" / "good.csv").open(encoding="utf-8", newline="") as stream:
    GOOD_AS_IT_IS = [(row["language"], row["good"], row["bad"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize(("code", "good", "bad"), GOOD_AS_IT_IS)
def test_what_is_good_as_it_is_is_left(code: str, good: str, bad: str) -> None:
    assert leaves(good, code)
    assert not leaves(bad, code)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("foggggg", "fog"),
        ("sooo dark", "so dark"),
        ("www.example.com", "www.example.com"),
        ("toooo small", "too small"),
    ],
)
def test_drawn_out_words_are_spelt(text: str, plain: str) -> None:
    assert respelt(text) == plain


def test_a_histogram_is_read() -> None:
    assert in_plain_words("the histogram is crushed to the left") == "it is much too dark"
    assert in_plain_words("Histogram is jammed against the right side") == "it is overexposed"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("too smol", "too small"),
        ("pic is smoll, embiggen it", "pic is small, enlarge it"),
        ("noizy af", "noisy af"),
        ("Smolensk at dawn", "Smolensk at dawn"),
        ("a beagle", "a beagle"),
    ],
)
def test_playful_spellings(text: str, plain: str) -> None:
    assert without_slang(text) == plain


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("very very very very very dark", "very very very dark"),
        ("no, no, no, no, no blur", "no no no blur"),
        ("much much too dark", "much much too dark"),
        ("too dark. dark. dark. dark", "too dark. dark. dark. dark"),
    ],
)
def test_a_word_is_heard_three_times_at_most(text: str, said: str) -> None:
    assert without_stutter(text) == said


def test_hundreds_of_the_same_word_take_no_longer() -> None:
    assert understand("no " * 600 + "noise").steps == understand("no no no noise").steps


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("skni looks ornage", "skin looks orange"),
        ("eblarge this, it's poxelated", "enlarge this, it's pixelated"),
        ("the raidnrops", "the raindrops"),
        ("Mr Cooper faced fizzy streams", "Mr Cooper faced fizzy streams"),
    ],
)
def test_a_neighbouring_key_is_known_where_no_other_word_is_meant(text: str, said: str) -> None:
    assert respelt(text) == said


@pytest.mark.parametrize(
    ("text", "code", "plain"),
    [
        ("wygląda jakby ktoś piaskiem sypnął", "pl", "wygląda zaszumione"),
        ("как будто песком посыпали", "ru", "шумно"),
        ("parece que tô sem óculos quando olho pra essa foto", "pt", "está borrada"),
        ("العاصفة الرملية غطت البرج", "ar", "ضباب غطت البرج"),
        ("확대하면 점들이 있어요", "ko", "점들이 있어요"),
        ("霧は消して、色はそのままで", "ja", "霧を消して、色はそのままで"),
        ("霧は消さないで", "ja", "霧は消さないで"),
        ("un niño sin gafas, borroso", "es", "un niño sin gafas, borroso"),
    ],
)
def test_likenesses_in_other_languages(text: str, code: str, plain: str) -> None:
    assert " ".join(locale(code).plain(text).split()) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [("make this fire", "make this amazing"), ("make this fire brighter", "make this fire brighter")],
)
def test_praise_in_slang(text: str, plain: str) -> None:
    assert without_slang(text) == plain

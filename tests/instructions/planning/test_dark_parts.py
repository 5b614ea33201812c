# ruff: noqa: RUF001 - letters of other scripts are meant
"""Words that ask for light in a part of the picture alone."""

import pytest

from instructir.instructions.planner import understand
from instructir.tasks import Task


@pytest.mark.parametrize(
    "text",
    [
        "the foreground is too dark",
        "backlit",
        "my face is in shadow because of the window behind me",
        "the sky is fine but the foreground is too dark",
        "open up the shadows",
        "shot against the sun",
        "das Gesicht liegt im Schatten",
        "Gegenlichtaufnahme, bitte aufhellen",
        "photo à contre-jour",
        "débouche les ombres",
        "la cara está muy oscura",
        "la foto está a contraluz",
        "il primo piano è troppo scuro",
        "schiarisci le ombre",
        "o rosto ficou escuro por causa da contraluz",
        "clareia as sombras",
        "de voorgrond is te donker",
        "tegenlicht, gezicht te donker",
        "pierwszy plan jest za ciemny",
        "zdjęcie pod światło",
        "снято против света",
        "осветли тени",
        "ters ışıkta çekilmiş",
        "yüzler çok karanlık",
        "逆光",
        "人脸太黑了",
        "逆光で顔が暗い",
        "前景が暗すぎます",
        "역광 사진이에요",
        "얼굴이 어두워요",
        "الصورة عكس الضوء",
        "المقدمة مظلمة جدا",
        "आगे का हिस्सा बहुत अंधेरा है",
        "चेहरा बहुत काला है",
    ],
)
def test_light_for_a_part_is_told_from_light_for_all(text: str) -> None:
    assert [(step.task, step.light) for step in understand(text).steps] == [(Task.LOW_LIGHT, "parts")]


@pytest.mark.parametrize(
    "text", ["too dark", "zu dunkel", "trop sombre", "太暗", "暗すぎる", "слишком темно"]
)
def test_light_for_all_is_not_marked(text: str) -> None:
    assert [(step.task, step.light) for step in understand(text).steps] == [(Task.LOW_LIGHT, "")]


@pytest.mark.parametrize("text", ["the shadows are noisy", "the face is blurry", "das Gesicht ist unscharf"])
def test_other_faults_of_a_part_stay_what_they_are(text: str) -> None:
    assert all(step.task is not Task.LOW_LIGHT and not step.light for step in understand(text).steps)


def test_each_of_two_steps_has_its_own_words() -> None:
    steps = {step.task: step.light for step in understand("the foreground is too dark and noisy").steps}
    assert steps == {Task.DENOISING: "", Task.LOW_LIGHT: "parts"}

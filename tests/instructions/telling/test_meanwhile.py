"""Weather that was there when a picture was taken, and is not what is wrong."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.telling.scenes import without_scenes
from instructir.tasks import Task


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("London in the fog, slightly out of focus", "en", "slightly out of focus"),
        ("thunderstorm over the city, colours look dull", "en", "colours look dull"),
        ("a monsoon street scene, needs upscaling", "en", "needs upscaling"),
        ("it rained during the wedding, the portraits are too dark", "en", "the portraits are too dark"),
        ("we got soaked on this hike and the photo is soft", "en", "the photo is soft"),
        (
            "photo prise un matin de brouillard, c'est le bruit qui me g\u00eane",
            "fr",
            "c'est le bruit qui me g\u00eane",
        ),
        ("sisli bir sabah \u00e7ekildi, beni rahats\u0131z eden gren", "tr", "beni rahats\u0131z eden gren"),
    ],
)
def test_weather_of_the_hour_goes(text: str, code: str, rest: str) -> None:
    assert without_scenes(text, code) == rest


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("it rained during the wedding, remove the drops", "en"),
        ("Blurry in the rain, noisy", "en"),
        ("fog, noisy", "en"),
        ("photo prise dans le brouillard, enl\u00e8ve-le", "fr"),
    ],
)
def test_weather_that_is_meant_stays(text: str, code: str) -> None:
    assert without_scenes(text, code) == text


@pytest.mark.parametrize(
    "text",
    [
        "Der Regen am Fenster ist sch\u00f6n, nur die Unsch\u00e4rfe beheben",
        "la pluie sur la vitre est belle, corrige juste le flou",
        "de regen op het raam is mooi, alleen de onscherpte weg",
    ],
)
def test_weather_that_is_praised_where_it_is_stays(text: str) -> None:
    found = understand(text)
    assert [step.task for step in found.steps] == [Task.DEBLURRING]
    assert found.excluded == (Task.DERAINING,)

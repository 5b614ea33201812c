"""The page's words and the small pieces of HTML that carry them."""

import html

from instructir.instructions.plan import READ_BACK, Plan
from instructir.serving.page.session import Session
from instructir.tasks import Task

HEADING = """<h1>Restore a photo from a sentence</h1>
<p class="lead">Say what is wrong with it, in your own words. It stays on this machine and is deleted when you
leave.</p>"""
FIRST_QUESTION = "What is wrong with it?"
NEXT_QUESTION = "And now…"
HINT = "Leave it empty, and the photo decides."
STOPPED = '<p class="state">Stopped.</p>'
PLACEHOLDER = "it's grainy and too dark"


def understood(plan: Plan) -> str:
    """What a sentence, or the photo, was understood to ask for."""
    return f'<p class="understood">{html.escape(_sentence(plan.summary()))}</p>'


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def instead(task: Task | None) -> str:
    """The label of the button that takes the runner-up."""
    return f"No, {READ_BACK[task]} instead" if task else "No runner-up"


def working(plan: Plan | None, share: float, seconds: float, *, waits: bool) -> str:
    """How far a restoration is."""
    doing = _sentence(plan.summary()) if plan else "Looking at your photo."
    percent = round(100 * share)
    if waits and not share:
        state = "Waiting for its turn…"
    elif share > 0.05 and seconds > 2:
        state = f"{percent} %, about {max(1, round(seconds / share - seconds))} s left"
    else:
        state = f"{percent} %"
    return (
        f'<p class="understood">{html.escape(doing)}</p>'
        f'<div class="bar" role="progressbar" aria-label="Progress" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{percent}"><div style="width:{percent}%"></div></div><p class="state">{state}</p>'
    )


def done(plan: Plan, seconds: float, notes: tuple[str, ...]) -> str:
    """What was done."""
    extra = "".join(f'<p class="state">{html.escape(_sentence(note))}</p>' for note in notes)
    return f'{understood(plan)}<p class="state">Done in {seconds:.1f} s.</p>{extra}'


def trouble(message: str) -> str:
    """What went wrong, and the mend."""
    return f'<p class="trouble" role="alert">{html.escape(_sentence(message))}</p>'


def history(session: Session) -> list[tuple[str, int]]:
    """The steps as choices."""
    labels = ["The original"]
    for step in session.steps:
        asked = step.sentence or "(let the photo decide)"
        share = "" if step.strength == 1 else f" at {step.strength:.0%}"
        labels.append(f"{asked[:60]}{share}")
    return [(f"{index}. {label}" if index else label, index) for index, label in enumerate(labels)]


def download(session: Session) -> str:
    """The link that downloads what is shown."""
    return (
        f'<a class="download" id="download" href="download/{session.token}" download>'
        "Download<span> with its metadata</span></a>"
    )

"""How the page looks, and which of the actions each part of it calls."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import gradio as gr
from gradio.data_classes import ImageData

from instructir.serving.page import wording
from instructir.serving.page.actions import Actions, Status
from instructir.serving.page.session import Session
from instructir.serving.pictures import Format
from instructir.tasks import Task

EXAMPLES: tuple[tuple[str, str], ...] = (
    ("grainy_cat.jpg", "it's full of grain"),
    ("dark_coffee.jpg", "I forgot the flash"),
    ("rainy_portrait.jpg", "we got caught in a downpour"),
    ("hazy_rocket.jpg", "everything is behind a veil of mist"),
)
"""Pictures in the folder ``examples``, and what one might say of them."""
_FOLDER = Path(__file__).parent / "examples"


def _as_it_came(payload: ImageData | None) -> str | None:
    """The path of an uploaded file, in place of Gradio's own decoding, which would lose the metadata."""
    return None if payload is None else payload.path


def theme() -> gr.themes.Base:
    """Colours with enough contrast in both modes; fonts that the visitor has."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        radius_size="lg",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ).set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
        button_primary_text_color="white",
        button_primary_text_color_dark="white",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        slider_color="*primary_700",
        slider_color_dark="*primary_400",
    )


def build(actions: Actions, sweep: int) -> gr.Blocks:
    """The page; files that nobody took away are deleted after `sweep` seconds."""
    with gr.Blocks(title="InstructIR", analytics_enabled=False, delete_cache=(sweep, sweep)) as page:
        parts = _Parts()
        _connect(page, parts, actions)
    # How many may be at work is for the service to say.
    page.queue(default_concurrency_limit=None, api_open=False)
    return page


class _Parts:
    """The components, in the order in which they are met with Tab."""

    def __init__(self) -> None:
        gr.HTML(wording.HEADING, elem_id="heading", padding=False)
        with gr.Row(elem_id="main"):
            with gr.Column(scale=3, min_width=300):
                self.drop = gr.Image(
                    label="Your photo",
                    sources=["upload", "clipboard", "webcam"],
                    type="filepath",
                    height=340,
                    placeholder="# Drop a photo here, or choose one\nor paste it, or use the camera",
                    buttons=[],
                    elem_id="drop",
                )
                self.drop.preprocess = _as_it_came
                self.stage = gr.ImageSlider(
                    label="Before and after",
                    type="filepath",
                    max_height=620,
                    buttons=["fullscreen"],
                    visible=False,
                    elem_id="stage",
                )
            with gr.Column(scale=2, min_width=300):
                self.sentence = gr.Textbox(
                    label=wording.FIRST_QUESTION,
                    info=wording.HINT,
                    placeholder=wording.PLACEHOLDER,
                    elem_id="sentence",
                )
                self.status = gr.HTML(elem_id="status", padding=False)
                self.instead = gr.Button(visible=False, elem_id="instead")
                self.restore = gr.Button("Restore", variant="primary", elem_id="restore")
                self.stop = gr.Button("Stop", variant="stop", visible=False, elem_id="stop")
                with gr.Column(visible=False, elem_id="after") as self.after:
                    self.strength = gr.Slider(
                        0, 100, 100, step=1, label="Strength (%)", elem_id="strength", buttons=[]
                    )
                    self.download = gr.HTML(elem_id="download-link", padding=False)
                    self.format = gr.Dropdown(
                        [("As it came", "same"), *((name.upper(), name) for name in get_args(Format)[1:])],
                        value="same",
                        label="File format",
                        elem_id="format",
                    )
                    self.steps = gr.Radio(label="Steps", elem_id="steps", type="value")
                    self.undo = gr.Button("Undo", elem_id="undo")
                self.another = gr.Button("Choose another photo", visible=False, elem_id="another")
        self.runner_up = gr.State(None)
        with gr.Row(elem_id="examples") as self.examples:
            self.buttons = [
                gr.Button(sentence, icon=str(_FOLDER / name), elem_classes="example", min_width=140)
                for name, sentence in EXAMPLES
            ]

    def picture(self, session: Session) -> dict[Any, Any]:
        """Updates for what is shown and its history."""
        before, after = session.shown()
        step = session.step
        return {
            self.stage: gr.ImageSlider(
                (before, after), visible=True, slider_position=50 if step else 100, label="Before and after"
            ),
            self.after: gr.Column(visible=bool(session.steps)),
            self.strength: gr.Slider(
                value=round(100 * step.strength) if step else 100, interactive=step is not None
            ),
            self.undo: gr.Button(interactive=session.at > 0),
            self.steps: gr.Radio(wording.history(session), value=session.at),
            self.download: wording.download(session),
        }

    def says(self, status: Status) -> dict[Any, Any]:
        """Updates for a line of what goes on."""
        task = status.runner_up
        return {
            self.status: status.text,
            self.instead: gr.Button(wording.instead(task), visible=task is not None),
            self.runner_up: task.value if task else None,
        }


def _connect(page: gr.Blocks, parts: _Parts, actions: Actions) -> None:
    shown = [parts.stage, parts.after, parts.strength, parts.undo, parts.steps, parts.download]
    said = [parts.status, parts.instead, parts.runner_up]
    chosen = [parts.drop, parts.examples, parts.another, parts.sentence, *shown, *said]
    _connect_choosing(parts, actions, chosen)
    _connect_work(parts, actions, [*shown, *said, parts.sentence, parts.restore, parts.stop])
    _connect_history(parts, actions, [*shown, *said])

    def gone(request: gr.Request) -> None:
        actions.leave(request.session_hash)

    page.unload(gone)


def _connect_choosing(parts: _Parts, actions: Actions, outputs: list[Any]) -> None:
    async def take(path: Path, sentence: str, request: gr.Request) -> dict[Any, Any]:
        status = await actions.load(request.session_hash, path)
        session = actions.session(request.session_hash)
        if not session.loaded:
            return {parts.drop: None, **parts.says(status)}
        if sentence:
            status = await actions.understand(request.session_hash, sentence)
        return {
            parts.drop: gr.Image(value=None, visible=False),
            parts.examples: gr.Row(visible=False),
            parts.another: gr.Button(visible=True),
            parts.sentence: gr.Textbox(sentence, label=wording.FIRST_QUESTION),
            **parts.picture(session),
            **parts.says(status),
        }

    async def uploaded(path: str, sentence: str, request: gr.Request) -> dict[Any, Any]:
        return await take(Path(path), sentence, request)

    def another(request: gr.Request) -> dict[Any, Any]:
        actions.leave(request.session_hash)
        return {
            parts.drop: gr.Image(value=None, visible=True),
            parts.stage: gr.ImageSlider(value=None, visible=False),
            parts.examples: gr.Row(visible=True),
            parts.after: gr.Column(visible=False),
            parts.another: gr.Button(visible=False),
            parts.sentence: gr.Textbox("", label=wording.FIRST_QUESTION),
            **parts.says(Status("")),
        }

    parts.drop.upload(uploaded, [parts.drop, parts.sentence], outputs, api_visibility="private")
    parts.another.click(another, None, outputs, api_visibility="private")
    for button, (name, sentence) in zip(parts.buttons, EXAMPLES, strict=True):

        async def example(
            request: gr.Request, source: Path = _FOLDER / name, words: str = sentence
        ) -> dict[Any, Any]:
            copy = await asyncio.to_thread(actions.copied, source)
            return await take(copy, words, request)

        button.click(example, None, outputs, api_visibility="private")


def _connect_work(parts: _Parts, actions: Actions, outputs: list[Any]) -> None:
    async def run(name: str | None, sentence: str, task: Task | None) -> AsyncIterator[dict[Any, Any]]:
        busy = {parts.restore: gr.Button(interactive=False), parts.stop: gr.Button(visible=True)}
        idle = {parts.restore: gr.Button(interactive=True), parts.stop: gr.Button(visible=False)}
        # Each message says all, and none follows the last: the browser drops updates that another message
        # follows at once.
        async for status in actions.restore(name, sentence, task):
            update = {**parts.says(status), **(idle if status.over else busy)}
            if status.finished:
                question = gr.Textbox("", label=wording.NEXT_QUESTION)
                update |= {**parts.picture(actions.session(name)), parts.sentence: question}
            yield update

    async def restore(sentence: str, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        async for update in run(request.session_hash, sentence, None):
            yield update

    async def instead(task: str | None, sentence: str, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        async for update in run(request.session_hash, sentence, Task(task) if task else None):
            yield update

    def stop(request: gr.Request) -> None:
        actions.stop(request.session_hash)

    async def understand(sentence: str, request: gr.Request) -> dict[Any, Any]:
        return parts.says(await actions.understand(request.session_hash, sentence))

    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    working: dict[str, Any] = {**quick, "trigger_mode": "once"}
    gr.on([parts.restore.click, parts.sentence.submit], restore, parts.sentence, outputs, **working)
    parts.instead.click(instead, [parts.runner_up, parts.sentence], outputs, **working)
    parts.stop.click(stop, None, None, **quick)
    said = [parts.status, parts.instead, parts.runner_up]
    parts.sentence.input(understand, parts.sentence, said, trigger_mode="always_last", **quick)


def _connect_history(parts: _Parts, actions: Actions, outputs: list[Any]) -> None:
    def blend(percent: float, request: gr.Request) -> dict[Any, Any]:
        session = actions.session(request.session_hash)
        if session.step is None:
            return {parts.undo: gr.skip()}
        session.set_strength(percent / 100)
        before_and_after = session.shown()
        return {
            parts.stage: before_and_after,
            parts.steps: gr.Radio(wording.history(session), value=session.at),
        }

    def go_to(index: int | None, request: gr.Request) -> dict[Any, Any]:
        session = actions.session(request.session_hash)
        if not session.loaded or index is None:
            return {parts.undo: gr.skip()}
        session.at = min(max(0, index), len(session.steps))
        return {**parts.picture(session), **parts.says(Status(""))}

    def undo(request: gr.Request) -> dict[Any, Any]:
        return go_to(actions.session(request.session_hash).at - 1, request)

    def choose(form: Format, request: gr.Request) -> None:
        actions.session(request.session_hash).format = form

    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    parts.strength.input(blend, parts.strength, outputs, trigger_mode="always_last", **quick)
    parts.steps.input(go_to, parts.steps, outputs, **quick)
    parts.undo.click(undo, None, outputs, **quick)
    parts.format.input(choose, parts.format, None, **quick)

"""What the page does, without a browser."""

import asyncio
import base64
import io
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from fastapi import Request
from PIL import Image

from helpers.serving import picture
from instructir.errors import ImageFileError
from instructir.restoration.diagnosis import Findings, examine, plan_of
from instructir.restoration.enlarging import enlarge_bicubic
from instructir.restoration.loading import load
from instructir.restoration.restorer import Restorer
from instructir.serving.page import routes
from instructir.serving.page.actions import Actions, Documents
from instructir.serving.page.documents import picture_document
from instructir.serving.page.picture import Picture
from instructir.serving.page.session import Session, Sessions
from instructir.serving.page.site import Site
from instructir.serving.problems import Problem
from instructir.serving.schemas import RestoreOptions
from instructir.serving.service import Service
from instructir.serving.settings import ServerSettings
from instructir.tasks import TASKS, Task


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load()


@pytest.fixture
def service(restorer: Restorer):
    made = Service(restorer, ServerSettings(queue=4, grace=5))
    made.engine.start()
    yield made
    made.engine.stop(5)
    made.close()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Sessions(tmp_path / "sessions").begin()


@pytest.fixture
def actions(service: Service) -> Actions:
    return Actions(service)


async def last(documents: Documents) -> dict[str, Any]:
    return [document async for document in documents][-1]


async def restored(actions: Actions, photo: Picture, sentence: str, **options: Any) -> dict[str, Any]:
    return await last(actions.restore(photo, RestoreOptions(instruction=sentence, **options), "en"))


def test_a_photo_is_looked_at_when_it_comes(actions: Actions, session: Session) -> None:
    async def visit() -> None:
        photo = await actions.add(session, picture(), "photo.png")
        assert set(photo.faults) == set(TASKS)
        assert (await actions.understand(photo, "", "de"))["text"].startswith("Kein Fehler")
        assert await actions.understand(None, "", "de") == {
            "text": "",
            "refused": False,
            "runner_up": None,
            "suggest": [],
        }

    asyncio.run(visit())


def test_the_faults_that_are_told_are_those_that_the_photo_decides_on(
    actions: Actions, session: Session
) -> None:
    """Each fault has a threshold of its own: one told is removed where nothing is written, and no other."""
    found = dict.fromkeys(TASKS, 0.01) | {Task.ENHANCEMENT: 0.57, Task.DEHAZING: 0.2}

    async def visit() -> None:
        photo = await actions.add(session, picture(), "photo.png")
        for look in (found, dict.fromkeys(TASKS, 0.01)):
            photo.faults = look
            told = [one["task"] for one in picture_document(photo, "en")["faults"] if one["counts"]]
            steps = plan_of(Findings(look, look, examine(photo.original).thresholds)).steps
            assert told == [step.task.value for step in steps]
        photo.faults = found
        first, second, *_ = picture_document(photo, "en")["faults"]
        assert (first["task"], second["task"], second["counts"]) == ("dehazing", "enhancement", False)

    asyncio.run(visit())


def test_steps_blend_go_back_and_are_forgotten(actions: Actions, session: Session, tmp_path: Path) -> None:
    async def visit() -> None:
        photo = await actions.add(session, picture(), "photo.png")
        assert "done" in await restored(actions, photo, "remove the noise")
        original, full = photo.original.pixels, photo.photo().pixels
        photo.set_strength(0.25)
        quarter = photo.photo().pixels
        np.testing.assert_allclose(quarter, original + 0.25 * (full - original), atol=1e-4)
        done = (await restored(actions, photo, "make it brighter"))["done"]
        assert done["at"] == len(done["steps"]) == 2
        photo.go_to(1)
        np.testing.assert_array_equal(photo.photo().pixels, quarter)
        photo.go_to(2)
        note = photo.file().metadata.xmp or b""
        assert note.index(b"denoising 25%") < note.index(b"low_light 100%")
        photo.go_to(1)
        assert b"low_light" not in (photo.file().metadata.xmp or b"")
        done = (await restored(actions, photo, "clear the haze"))["done"]
        assert [step["sentence"] for step in done["steps"]] == ["remove the noise", "clear the haze"]

    asyncio.run(visit())
    assert list((tmp_path / "sessions").iterdir())
    session.close()
    assert not list((tmp_path / "sessions").iterdir())


def test_settings_of_a_picture_are_taken_from_the_request(actions: Actions, session: Session) -> None:
    async def visit() -> None:
        photo = await actions.add(session, picture(), "photo.png")
        await restored(actions, photo, "remove the noise", ensemble=2, note=False, strength=0.5)
        assert photo.step is not None
        assert photo.step.settings.ensemble == 2
        assert photo.step.settings.strength == 0.5
        assert photo.file().metadata.xmp is None

    asyncio.run(visit())


def test_an_enlarged_step_is_blended_with_what_was_enlarged(actions: Actions, session: Session) -> None:
    async def visit() -> None:
        photo = await actions.add(session, picture(), "photo.png")
        await restored(actions, photo, "remove the noise", scale="x2", strength=0.25)
        plain = enlarge_bicubic(photo.original.pixels, 48, 64).clip(0, 1)
        quarter = photo.photo().pixels
        photo.set_strength(1)
        full = photo.photo().pixels
        assert np.abs(full - plain).max() > 0.05
        np.testing.assert_allclose(quarter, plain + 0.25 * (full - plain), atol=1e-4)

    asyncio.run(visit())


def test_variants_keep_what_is_painted_the_size_and_the_grain(actions: Actions, session: Session) -> None:
    def png(pixels: np.ndarray) -> str:
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        return base64.b64encode(buffer.getvalue()).decode()

    async def visit() -> None:
        async def shown(**options: Any) -> np.ndarray:
            wish = RestoreOptions(instruction="darken it", **options)
            with Image.open(io.BytesIO(await actions.variant(photo, wish))) as image:
                return np.asarray(image.convert("RGB"), float)

        photo = await actions.add(session, picture(48, 64), "photo.png")
        assert (await shown(scale="x3")).shape == (144, 192, 3)
        whole, half = await shown(), await shown(strength=0.5)
        left = np.zeros((48, 64), np.uint8)
        left[:, :32] = 255
        part = await shown(mask=png(left))
        original = photo.original.pixels * 255
        assert original.mean() - 8 > half.mean() > whole.mean() + 8
        assert abs(part[:, 34:].mean() - original[:, 34:].mean()) < 2
        assert abs(part[:, :30].mean() - whole[:, :30].mean()) < 4
        clean, grainy = [
            await actions.variant(
                photo,
                RestoreOptions.model_validate(
                    {"instruction": "remove the noise", "guard": False, "grain": fraction}
                ),
            )
            for fraction in (0.0, 1.0)
        ]
        assert clean != grainy

    asyncio.run(visit())


def test_the_runner_up_replaces_the_wrong_guess(actions: Actions, session: Session) -> None:
    async def visit() -> None:
        photo = await actions.add(session, picture(), "photo.png")
        guess = (await restored(actions, photo, "details are lost"))["done"]["steps"][-1]
        other = await restored(actions, photo, "", task=Task(guess["runner_up"]))
        (step,) = other["done"]["steps"]
        assert step["did"] == [guess["runner_up"]]
        assert step["sentence"] == "details are lost"

    asyncio.run(visit())


def test_a_large_photo_is_previewed_and_who_stops_listening_stops_the_work(
    actions: Actions, service: Service, session: Session
) -> None:
    async def visit() -> None:
        photo = await actions.add(session, picture(1300, 1600), "photo.png")
        documents = actions.restore(photo, RestoreOptions(instruction="remove the noise"), "en")
        seen: list[dict[str, Any]] = []
        async for document in documents:
            seen.append(document)
            if "preview" in seen[-2:][0] and "progress" in document:
                break
        await documents.aclose()  # type: ignore[attr-defined]
        assert [len(one["preview"]) for one in seen if "preview" in one] == [2]
        assert not photo.steps
        for _ in range(100):
            if service.engine.idle:
                break
            await asyncio.sleep(0.1)
        assert service.engine.idle

    asyncio.run(visit())


def test_trouble_is_said_in_words_with_what_to_write_instead(actions: Actions, session: Session) -> None:
    async def visit() -> None:
        with pytest.raises(ImageFileError, match="not a picture"):
            await actions.add(session, b"dear all", "letter.jpg")
        photo = await actions.add(session, picture(), "photo.png")
        refused = await restored(actions, photo, "remove the person on the left")
        assert "remove the person" in refused["trouble"]
        assert len(refused["suggest"]) == 3
        assert not photo.steps

    asyncio.run(visit())


def test_idle_and_surplus_visitors_are_ended_and_open_pages_kept(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, most=2)
    first, second = sessions.begin(), sessions.begin()
    first.listeners = 1
    first.touched = second.touched = float("-inf")
    sessions.end(first.token, unless_shown=True)
    sessions.begin()
    assert sessions.get(first.token) is first
    with pytest.raises(Problem, match="choose the photo again"):
        sessions.get(second.token)


def test_a_visitor_whose_line_breaks_may_come_back(
    service: Service, actions: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "_GRACE", 0.6)
    monkeypatch.setattr(routes, "_BEAT", 0.01)
    site = Site(service, Sessions(tmp_path), actions)
    token = site.sessions.begin().token

    class Broken:
        async def is_disconnected(self) -> bool:
            return True

    async def look() -> None:
        line = await routes.alive(cast(Request, Broken()), site, token)
        assert [part async for part in line.body_iterator] == []

    async def visits() -> None:
        await look()
        await asyncio.sleep(0.4)
        await look()
        await asyncio.sleep(0.4)  # the first wait is over, the second is not
        site.sessions.get(token)
        await asyncio.gather(*site.leaving)
        with pytest.raises(Problem, match="choose the photo again"):
            site.sessions.get(token)

    asyncio.run(visits())

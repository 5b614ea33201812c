"""What the page does, without a browser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from serving_makers import picture

from instructir.restoration.restorer import Restorer, load
from instructir.serving.page.actions import Actions, Status
from instructir.serving.page.session import Sessions
from instructir.serving.service import Service
from instructir.serving.settings import ServerSettings

ME = "visitor"


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
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "sessions")


@pytest.fixture
def actions(service: Service, sessions: Sessions) -> Actions:
    return Actions(service, sessions)


def upload(tmp_path: Path, height: int = 24, width: int = 32) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(picture(height, width))
    return path


async def last(statuses: AsyncIterator[Status]) -> Status:
    seen = [status async for status in statuses]
    return seen[-1]


def test_an_upload_is_taken_away_and_looked_at(actions: Actions, tmp_path: Path) -> None:
    path = upload(tmp_path)
    status = asyncio.run(actions.load(ME, path))
    assert "understood" in status.text
    assert not path.exists()
    assert actions.session(ME).photo().width == 32


def test_steps_blend_go_back_and_are_forgotten(actions: Actions, sessions: Sessions, tmp_path: Path) -> None:
    async def visit() -> None:
        await actions.load(ME, upload(tmp_path))
        assert (await last(actions.restore(ME, "remove the noise", None))).finished
        session = actions.session(ME)
        original, full = session.steps[0].previews
        session.set_strength(0.25)
        before, after = (np.asarray(Image.open(path), float) for path in session.shown())
        assert np.abs(after - before).mean() < 0.4 * np.abs(full - original.astype(float)).mean()
        quarter = session.photo().pixels
        np.testing.assert_allclose(quarter * 255, original + 0.25 * (full - original.astype(float)), atol=0.6)
        assert (await last(actions.restore(ME, "make it brighter", None))).finished
        assert session.at == len(session.steps) == 2
        session.at = 1
        np.testing.assert_array_equal(session.photo().pixels, quarter)
        assert (await last(actions.restore(ME, "clear the haze", None))).finished
        assert [step.sentence for step in session.steps] == ["remove the noise", "clear the haze"]

    asyncio.run(visit())
    assert list((tmp_path / "sessions").iterdir())
    actions.leave(ME)
    assert not list((tmp_path / "sessions").iterdir())


def test_the_runner_up_replaces_the_wrong_guess(actions: Actions, tmp_path: Path) -> None:
    async def visit() -> None:
        await actions.load(ME, upload(tmp_path))
        done = await last(actions.restore(ME, "details are lost", None))
        assert done.runner_up is not None
        steps = len(actions.session(ME).steps)
        other = await last(actions.restore(ME, "", done.runner_up))
        assert other.finished
        session = actions.session(ME)
        assert len(session.steps) == steps
        assert session.step.plan.steps[0].task is done.runner_up

    asyncio.run(visit())


def test_stopping_breaks_the_run_off(actions: Actions, service: Service, tmp_path: Path) -> None:
    async def visit() -> None:
        await actions.load(ME, upload(tmp_path, 900, 1200))
        statuses = actions.restore(ME, "remove the noise", None)
        async for status in statuses:
            assert "progressbar" in status.text
            if service.engine.idle is False:
                break
        actions.stop(ME)
        end = await last(statuses)
        assert "Stopped" in end.text
        assert not end.finished
        assert not actions.session(ME).steps
        assert (await last(actions.restore(ME, "remove the noise", None))).finished

    asyncio.run(visit())


def test_trouble_is_said_in_words(actions: Actions, tmp_path: Path) -> None:
    async def visit() -> None:
        assert "Choose a photo first" in (await last(actions.restore(ME, "remove the noise", None))).text
        path = tmp_path / "letter.jpg"
        path.write_text("dear all")
        assert "not a picture" in (await actions.load(ME, path)).text
        await actions.load(ME, upload(tmp_path))
        refused = await last(actions.restore(ME, "remove the person on the left", None))
        assert 'role="alert"' in refused.text

    asyncio.run(visit())


def test_idle_and_surplus_visitors_are_ended(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, most=2, idle=3600)
    first = sessions.get("a")
    assert sessions.get("a") is first
    sessions.get("b")
    sessions.get("c")
    assert sessions.get("a") is not first

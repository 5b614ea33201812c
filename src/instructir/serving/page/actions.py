"""What happens when something on the page is used. Nothing here knows how the page looks."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator
from typing import Any

import torch

from instructir.errors import InstructIRError
from instructir.images import Photo
from instructir.instructions.plan import Plan
from instructir.restoration.result import Restoration
from instructir.serving.page.brush import fit_painting
from instructir.serving.page.documents import picture_document, plan_said, suggestions
from instructir.serving.page.messages import told
from instructir.serving.page.picture import SCREEN, Picture, as_large, for_screen
from instructir.serving.page.session import Session
from instructir.serving.problems import Problem, problem_of
from instructir.serving.requests import RestoreRequest
from instructir.serving.schemas import RestoreOptions
from instructir.serving.service import Service, forced
from instructir.tasks import TASKS, Task

_TICK = 0.25
"""Seconds between reports of progress."""
PATIENCE = 1.8
"""Seconds that the network may take for a preview; with all around it, it is there within 3."""
_WORTH = 1.5
"""How many times larger than its preview a photo must be for one to be made."""
LEAST = 200 * 200
"""Pixels of the smallest preview."""

Documents = AsyncIterator[dict[str, Any]]


class Actions:
    """The page's deeds, over one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What the model can be asked for."""
        tasks = self._service.restorer.tasks
        return () if tasks is None else tasks

    async def add(self, session: Session, data: bytes, name: str | None) -> Picture:
        """Take a photo in, and look at it.

        Raises:
            InstructIRError: if it cannot be read.
            Problem: if there are too many, or the server is busy.
        """
        photo = await self._service.decode(data, name)
        faults = await self._service.diagnose(photo)
        return session.add(photo, name, faults)

    async def understand(
        self, picture: Picture | None, sentence: str, language: str, *, masked: bool = False
    ) -> dict[str, Any]:
        """Read a sentence, or look at the photo where there is none; `masked` if a part is painted."""
        async with self._service.place():
            photo = await asyncio.to_thread(picture.photo) if picture else None
            if not sentence.strip() and photo is None:
                return {"text": "", "refused": False, "runner_up": None, "suggest": []}
            plan = await self._service.plan(sentence, photo)
        plan = dataclasses.replace(plan, region="") if masked else plan
        said = plan_said(plan, language, sentence)
        return {**said, "suggest": self._instead(plan, picture) if said["refused"] else []}

    async def restore(self, picture: Picture, options: RestoreOptions, language: str) -> Documents:
        """Restore what is shown: first small, if it is large, then whole; who stops listening breaks it off.

        Yields:
            What goes on: ``progress`` in [0, 1] with ``left`` seconds, ``preview`` pictures, and at last
            ``done`` with the photo as it stands, or ``trouble`` in words.
        """
        plan: Plan | None = None
        chosen = self._service.chosen(options)
        try:
            async with self._service.place():
                base, sentence, plan = self._begin(picture, options)
                before = await asyncio.to_thread(picture.photo, base)
                plan = plan or await self._service.plan(sentence, before)
                shown = dataclasses.replace(plan, region="") if chosen.mask else plan
                yield {"progress": 0.0, **plan_said(shown, language, sentence)}
                small = await self._smaller(before, max(1, len(plan.steps)))
                sized = chosen.scale or any(step.scale for step in plan.steps)
                if small is not None and not sized:  # which means the whole picture
                    async for document in self._preview(small, sentence, options, plan):
                        yield document
                request = self._request(before, sentence, options, plan)
                async for document in self._progress(request):
                    yield document
                result = request.future.result()
                faults = await self._service.diagnose(result.photo)
                await asyncio.to_thread(picture.add, result, base, before, sentence, faults)
                if chosen.strength < 1:
                    picture.set_strength(chosen.strength)
                yield {"done": picture_document(picture, language), "seconds": result.seconds}
        except (InstructIRError, Problem, OSError) as error:
            problem = problem_of(error)
            if problem.code == "internal":
                raise
            yield {"trouble": told(problem.detail, language), "suggest": self._instead(plan, picture)}

    async def variant(self, picture: Picture, options: RestoreOptions) -> bytes:
        """How a request would turn out, small unless it enlarges: a file for the screen.

        Raises:
            InstructIRError: if it cannot be done.
            Problem: if the server is busy.
        """
        chosen, sentence = self._service.chosen(options), options.instruction or ""
        async with self._service.place():
            photo = await asyncio.to_thread(picture.photo)
            plan = await self._service.plan(sentence, photo)
            # How far a size in pixels, or a screen's, enlarges is only known of the whole picture.
            sized = chosen.scale or any(step.scale for step in plan.steps)
            small = None if sized else await self._smaller(photo, max(1, len(plan.steps)))
            quick = options.model_copy(update={"ensemble": 1})
            result = await self._service.restore(self._request(small or photo, sentence, quick, plan))
            return await self._service.aside(for_screen, _at_fraction(result, chosen.strength), SCREEN)

    def _begin(self, picture: Picture, options: RestoreOptions) -> tuple[int, str, Plan | None]:
        """After how many steps to begin, what is asked, and the plan where the task is given."""
        sentence, step = options.instruction or "", picture.step
        if options.task is None:
            return picture.at, sentence, None
        if step is not None and step.plan.runner_up is options.task:
            # It guessed wrong: the other reading replaces it.
            return picture.at - 1, step.sentence, forced(options.task)
        return picture.at, sentence, forced(options.task)

    def _instead(self, plan: Plan | None, picture: Picture | None) -> list[str]:
        faults = picture.faults if picture else {}
        return suggestions(plan, faults, self.tasks or TASKS)

    def _request(
        self, photo: Photo, sentence: str, options: RestoreOptions, plan: Plan | None
    ) -> RestoreRequest:
        # At full strength: how much of it is applied can be turned afterwards.
        settings = dataclasses.replace(self._service.chosen(options), strength=1.0)
        if isinstance(settings.mask, bytes):
            settings = dataclasses.replace(settings, mask=fit_painting(settings.mask, photo))
        experts = self._service.experts(options)
        return RestoreRequest(photo, self._service.instruction(sentence), settings, plan, experts)

    async def _smaller(self, photo: Photo, passes: int) -> Photo | None:
        """The photo at a size that is restored at once; None if that is about its own."""
        pixels = photo.width * photo.height
        wanted = min(SCREEN**2, max(LEAST, PATIENCE / self._service.engine.pace / passes))
        if pixels < _WORTH * wanted:
            return None
        return await self._service.aside(_shrunk, photo, (wanted / pixels) ** 0.5)

    async def _preview(self, small: Photo, sentence: str, options: RestoreOptions, plan: Plan) -> Documents:
        request = self._request(small, sentence, options.model_copy(update={"ensemble": 1}), plan)
        result = await self._service.restore(request)
        files = [
            await self._service.aside(for_screen, photo, SCREEN) for photo in (result.original, result.photo)
        ]
        yield {"preview": files}

    async def _progress(self, request: RestoreRequest) -> Documents:
        """Run `request`, saying how far it is."""
        start = time.monotonic()
        task = asyncio.create_task(self._service.restore(request))
        try:
            finished: set[asyncio.Task[Restoration]] = set()
            while not finished:
                finished, _ = await asyncio.wait({task}, timeout=_TICK)
                fraction, seconds = request.progress, time.monotonic() - start
                left = seconds / fraction - seconds if fraction > 0.05 and seconds > 2 else None
                yield {
                    "progress": fraction,
                    "left": left,
                    "waits": not (fraction or request.future.running()),
                }
            task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _shrunk(photo: Photo, factor: float) -> Photo:
    size = [max(16, round(factor * side)) for side in photo.pixels.shape[:2]]
    pixels = torch.from_numpy(photo.pixels).permute(2, 0, 1)[None]
    small = torch.nn.functional.interpolate(pixels, size, mode="bilinear", antialias=True)
    return photo.with_pixels(small[0].permute(1, 2, 0).numpy())


def _at_fraction(result: Restoration, fraction: float) -> Photo:
    end = result.photo
    start = as_large(result.original.pixels, end.height, end.width)
    return end.with_pixels(start + fraction * (end.pixels - start))

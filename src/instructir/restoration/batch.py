"""Streams of pictures: what one restorer does to many, several at a time."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from os import PathLike, fspath
from typing import TypeVar

from instructir.errors import InstructIRError
from instructir.instructions.plan import Plan
from instructir.restoration.crew import Crew
from instructir.restoration.inputs import ImageLike, to_photo
from instructir.restoration.restorer import Restorer, refuse_impossible
from instructir.restoration.result import Restoration
from instructir.settings import Settings

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Failure:
    """A picture that could not be restored.

    Attributes:
        source: its path, or "picture N" (from 0) if it was no file.
        reason: one line that says why, and what to do about it.
    """

    source: str
    reason: str


def restore_many(
    restorer: Restorer,
    images: Iterable[ImageLike | tuple[ImageLike, str | None]],
    instruction: str | None = None,
    *,
    plan: Plan | None = None,
    settings: Settings | None = None,
) -> Iterator[Restoration | Failure]:
    """Restore a stream of pictures; see :meth:`Restorer.restore_many`."""
    if plan is None and instruction is not None:
        plan_first = restorer.plan(instruction)  # before any picture; it also loads the encoder once
        refuse_impossible(plan_first, instruction, restorer.model)
    crew = Crew(restorer)

    def one(job: tuple[int, ImageLike | tuple[ImageLike, str | None]]) -> Restoration | Failure:
        number, entry = job
        image, wish = entry if isinstance(entry, tuple) else (entry, instruction)
        try:
            with crew.member() as (member, admit):
                photo = to_photo(image)
                admit(photo.width * photo.height)
                return member.restore(photo, wish, plan=plan, settings=settings)
        except InstructIRError as error:
            name = fspath(image) if isinstance(image, str | PathLike) else f"picture {number}"
            return Failure(name, str(error))

    return in_threads(one, enumerate(images), crew, ordered=True)


def in_threads(
    function: Callable[[Item], Result], items: Iterable[Item], crew: Crew, *, ordered: bool
) -> Iterator[Result]:
    """Map `function` over `items` with the threads of a crew.

    At most two items a thread are taken ahead of what was yielded, so endless streams and slow readers are
    fine. What `function` raises is raised here, and no further item is begun.

    Args:
        function: runs in several threads at once.
        items: read by the caller's thread.
        crew: says how many threads.
        ordered: whether results come in the order of the items, or as they are ready.
    """
    pending: deque[Future[Result]] = deque()

    def taken() -> Result:
        first = pending[0] if ordered else wait(pending, return_when=FIRST_COMPLETED).done.pop()
        pending.remove(first)
        return first.result()

    with ThreadPoolExecutor(crew.size, thread_name_prefix="restoring") as pool:
        try:
            for item in items:
                pending.append(pool.submit(function, item))
                if len(pending) >= 2 * crew.size:
                    yield taken()
            while pending:
                yield taken()
        finally:
            for future in pending:
                future.cancel()
            crew.rest()

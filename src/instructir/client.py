"""A small client of the REST API, blocking and async, on httpx (extra ``client``).

>>> from instructir.client import Client
>>> client = Client("http://127.0.0.1:7860")                                   # doctest: +SKIP
>>> client.restore("photo.jpg", "it's grainy").save("clean.jpg")               # doctest: +SKIP
"""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from instructir.errors import ConfigError, InstructIRError

if TYPE_CHECKING:
    import httpx

_Picture = str | PathLike[str] | bytes
_JSON = {"Accept": "application/json"}
_POLL = 0.3
"""Seconds between looks at a job."""


class ServerError(InstructIRError):
    """The server refused.

    Attributes:
        code: the problem's stable code, such as ``busy`` or ``image_refused``; ``cancelled`` where the result
            of a cancelled job was waited for, ``unknown`` if the answer was no problem document.
        status: HTTP status.
        retry_after: seconds to wait before another try, where the server said so.
    """

    def __init__(self, code: str, status: int, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True)
class _Restored:
    """A picture that came back.

    Attributes:
        data: the file.
        media_type: such as ``image/png``.
        plan: what was done, as the API's documents have it, but for its words (``text``, ``summary``).
        model: which model did it.
        seconds: how long that took.
        notes: what there is to know, such as what the format cannot hold, a sentence each.
        change: how much it was changed: ``levels``, root mean square on the 8-bit scale, and ``word``, from
            "not at all" to "strongly".
    """

    data: bytes = field(repr=False)
    media_type: str
    plan: dict[str, Any]
    model: str
    seconds: float
    notes: tuple[str, ...] = ()
    change: dict[str, Any] = field(default_factory=dict)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the file."""
        target = Path(path)
        target.write_bytes(self.data)
        return target


@dataclass(frozen=True)
class _Varied:
    """A sheet of variants that came back.

    Attributes:
        data: the sheet's file.
        media_type: such as ``image/png``.
        variants: of each: its name, plan, notes, change and seconds.
    """

    data: bytes = field(repr=False)
    media_type: str
    variants: list[dict[str, Any]]

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the sheet."""
        target = Path(path)
        target.write_bytes(self.data)
        return target


class Client(AbstractContextManager["Client"]):
    """Blocking client."""

    def __init__(
        self, url: str = "http://127.0.0.1:7860", *, api_key: str | None = None, timeout: float = 300.0
    ) -> None:
        """Connect lazily to the server at `url`.

        Raises:
            ConfigError: if httpx is not installed, or no header can carry the key.
        """
        self._http = _httpx().Client(base_url=url, headers=_headers(api_key), timeout=timeout)

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def restore(self, picture: _Picture, instruction: str | None = None, **options: Any) -> _Restored:
        """Restore a picture.

        Args:
            picture: a path, or the bytes of a file.
            instruction: what is wrong with it; None lets the picture decide.
            options: the fields of a request (docs/serving.md): ``strength``, ``scale``, ``mask`` (like the
                picture), ``grain``, ``ensemble``, ``guard``, ``note``, ``strip``, ``expert``, ``format``,
                ``quality``, ``task``, ``deadline``.

        Raises:
            ServerError: if the server refuses.
        """
        return _restored(self._http.post("/v1/restore", **_form(picture, instruction, options)))

    def variants(
        self, picture: _Picture, variants: str, instruction: str | None = None, **options: Any
    ) -> _Varied:
        """Restore a picture in several ways, on one labelled sheet.

        Args:
            picture: a path, or the bytes of a file.
            variants: strengths, ``ours``, experts or instructions, separated by commas.
            instruction: what is wrong with it; None lets the picture decide.
            options: those of :meth:`restore`.

        Raises:
            ServerError: if the server refuses.
        """
        form = _form(picture, instruction, {**options, "variants": variants})
        return _varied(self._http.post("/v1/variants", headers=_JSON, **form))

    def models(self) -> dict[str, Any]:
        """The models that the server has, and its experts by task."""
        return _json(self._http.get("/v1/models"))

    def plan(self, instruction: str) -> dict[str, Any]:
        """What an instruction is understood to ask for."""
        return _json(self._http.post("/v1/plan", json={"instruction": instruction}))

    def diagnose(self, picture: _Picture) -> dict[str, float]:
        """How probable each fault is in a picture."""
        answer = self._http.post("/v1/diagnose", **_form(picture, None, {}))
        return dict(_json(answer)["degradations"])

    def submit(self, picture: _Picture, instruction: str | None = None, **options: Any) -> str:
        """Accept a job at the server and return its name; options are those of :meth:`restore`."""
        return str(_json(self._http.post("/v1/jobs", **_form(picture, instruction, options)))["id"])

    def job(self, name: str) -> dict[str, Any]:
        """How a job stands."""
        return _json(self._http.get(f"/v1/jobs/{name}"))

    def events(self, name: str) -> Iterator[dict[str, Any]]:
        """Follow a job until it is over."""
        with self._http.stream("GET", f"/v1/jobs/{name}/events") as answer:
            if answer.is_error:
                answer.read()
            _checked(answer)
            yield from (json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: "))

    def cancel(self, name: str) -> dict[str, Any]:
        """Cancel a job."""
        return _json(self._http.delete(f"/v1/jobs/{name}"))

    def result(self, name: str) -> _Restored:
        """Wait for a job and fetch what it made.

        Raises:
            ServerError: if it failed, with its problem's code, or was cancelled, with ``cancelled``.
        """
        while not _over(self.job(name)):
            time.sleep(_POLL)
        return _restored(self._http.get(f"/v1/jobs/{name}/result"))


class AsyncClient(AbstractAsyncContextManager["AsyncClient"]):
    """The same as :class:`Client`, to be awaited."""

    def __init__(
        self, url: str = "http://127.0.0.1:7860", *, api_key: str | None = None, timeout: float = 300.0
    ) -> None:
        """Connect lazily to the server at `url`.

        Raises:
            ConfigError: if httpx is not installed, or no header can carry the key.
        """
        self._http = _httpx().AsyncClient(base_url=url, headers=_headers(api_key), timeout=timeout)

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def restore(self, picture: _Picture, instruction: str | None = None, **options: Any) -> _Restored:
        """See :meth:`Client.restore`."""
        return _restored(await self._http.post("/v1/restore", **_form(picture, instruction, options)))

    async def variants(
        self, picture: _Picture, variants: str, instruction: str | None = None, **options: Any
    ) -> _Varied:
        """See :meth:`Client.variants`."""
        form = _form(picture, instruction, {**options, "variants": variants})
        return _varied(await self._http.post("/v1/variants", headers=_JSON, **form))

    async def models(self) -> dict[str, Any]:
        """See :meth:`Client.models`."""
        return _json(await self._http.get("/v1/models"))

    async def plan(self, instruction: str) -> dict[str, Any]:
        """See :meth:`Client.plan`."""
        return _json(await self._http.post("/v1/plan", json={"instruction": instruction}))

    async def diagnose(self, picture: _Picture) -> dict[str, float]:
        """See :meth:`Client.diagnose`."""
        answer = await self._http.post("/v1/diagnose", **_form(picture, None, {}))
        return dict(_json(answer)["degradations"])

    async def submit(self, picture: _Picture, instruction: str | None = None, **options: Any) -> str:
        """See :meth:`Client.submit`."""
        return str(_json(await self._http.post("/v1/jobs", **_form(picture, instruction, options)))["id"])

    async def job(self, name: str) -> dict[str, Any]:
        """See :meth:`Client.job`."""
        return _json(await self._http.get(f"/v1/jobs/{name}"))

    async def events(self, name: str) -> AsyncIterator[dict[str, Any]]:
        """See :meth:`Client.events`."""
        async with self._http.stream("GET", f"/v1/jobs/{name}/events") as answer:
            if answer.is_error:
                await answer.aread()
            _checked(answer)
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line[6:])

    async def cancel(self, name: str) -> dict[str, Any]:
        """See :meth:`Client.cancel`."""
        return _json(await self._http.delete(f"/v1/jobs/{name}"))

    async def result(self, name: str) -> _Restored:
        """See :meth:`Client.result`."""
        while not _over(await self.job(name)):  # noqa: ASYNC110 (what is awaited is another process)
            await asyncio.sleep(_POLL)
        return _restored(await self._http.get(f"/v1/jobs/{name}/result"))


def _httpx() -> Any:
    try:
        import httpx
    except ImportError:
        raise ConfigError('the client needs httpx: pip install "instructir[client]"') from None
    return httpx


def _headers(api_key: str | None) -> dict[str, str]:
    if not api_key:
        return {}
    if not (api_key.isascii() and api_key.isprintable() and api_key == api_key.strip()):
        raise ConfigError("api_key cannot stand in a header: use printable ASCII, no space at its ends")
    return {"Authorization": f"Bearer {api_key}"}


def _form(picture: _Picture, instruction: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    fields = {"instruction": instruction, **options}
    files = {"image": _file("image", picture)}
    if (mask := fields.pop("mask", None)) is not None:
        files["mask"] = _file("mask", mask)
    return {
        "files": files,
        "data": {key: str(value) for key, value in fields.items() if value is not None},
    }


def _file(name: str, picture: _Picture) -> tuple[str, bytes]:
    if isinstance(picture, bytes):
        return name, picture
    return Path(picture).name, Path(picture).read_bytes()


def _checked(answer: "httpx.Response") -> "httpx.Response":
    if answer.is_success:
        return answer
    try:
        document = answer.json()
    except ValueError:
        document = {}
    detail = document.get("detail") or f"the server answered {answer.status_code}"
    wait = answer.headers.get("retry-after")
    raise ServerError(
        document.get("code", "unknown"), answer.status_code, detail, None if wait is None else float(wait)
    )


def _json(answer: "httpx.Response") -> dict[str, Any]:
    return dict(_checked(answer).json())


def _varied(answer: "httpx.Response") -> _Varied:
    told = _json(answer)
    return _Varied(base64.b64decode(told["image"]), told["media_type"], told["variants"])


def _over(job: Mapping[str, Any]) -> bool:
    """Whether a job is done; one that will never be is an error."""
    if job["state"] in ("failed", "cancelled"):
        problem = job["problem"] or {}
        detail = problem.get("detail") or f"the job is {job['state']}"
        raise ServerError(problem.get("code", job["state"]), problem.get("status", 409), detail)
    return bool(job["state"] == "done")


def _restored(answer: "httpx.Response") -> _Restored:
    headers = _checked(answer).headers
    return _Restored(
        answer.content,
        headers["content-type"],
        json.loads(headers["x-instructir-plan"]),
        headers["x-instructir-model"],
        float(headers["x-instructir-seconds"]),
        tuple(json.loads(headers.get("x-instructir-notes", "[]"))),
        json.loads(headers.get("x-instructir-change", "{}")),
    )

"""Errors as ``application/problem+json`` (RFC 9457) with codes that do not change."""

import errno
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import compile_path

from instructir.errors import (
    EncoderError,
    ImageFileError,
    InstructionError,
    InstructIRError,
    OutOfScopeError,
    PortableError,
)
from instructir.serving.logs import add_to_log
from instructir.wording import reworded

_MEDIA_TYPE = "application/problem+json"

PROBLEMS: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request cannot be read"),
    "unauthorized": (401, "An API key is needed"),
    "forbidden": (403, "The request comes from another site"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This address takes other methods"),
    "not_acceptable": (406, "The answer has no such form"),
    "upload_timeout": (408, "The request took too long to arrive"),
    "conflict": (409, "The job is in another state"),
    "gone": (410, "The job's result is no longer there"),
    "too_large": (413, "The request is too large"),
    "unsupported_media_type": (415, "Send multipart/form-data or application/json"),
    "wrong_host": (421, "This server does not go by that name"),
    "invalid": (422, "A parameter is missing or out of range"),
    "image_refused": (422, "The picture cannot be worked on"),
    "instruction_refused": (422, "The instruction cannot be worked on"),
    "out_of_scope": (422, "The instruction asks for what no restoration can do"),
    "unprocessable": (422, "The request cannot be worked on"),
    "busy": (429, "Too many requests are waiting"),
    "head_too_large": (431, "The head of the request is too large"),
    "internal": (500, "The server has a defect"),
    "worker_died": (500, "The restoration broke off"),
    "shutting_down": (503, "The server is shutting down"),
    "model_unavailable": (503, "A part of the model cannot be loaded"),
    "deadline_exceeded": (504, "The deadline passed"),
    "disk_full": (507, "The server's disk is full"),
}
"""Every code with its status and title. Clients may rely on the codes."""

CLIENT_GONE = 499
"""Status in log and metrics where nobody waited for the answer; nobody gets it either."""

_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
}
_BY_ERROR: tuple[tuple[type[InstructIRError], str], ...] = (
    (OutOfScopeError, "out_of_scope"),
    (ImageFileError, "image_refused"),
    (InstructionError, "instruction_refused"),
    (EncoderError, "model_unavailable"),
    (InstructIRError, "unprocessable"),
)


class Problem(PortableError):  # noqa: N818 - RFC 9457 calls it a problem
    """An error with a code from :data:`PROBLEMS`.

    Attributes:
        code: which one.
        detail: one line for people, with what to do about it.
        retry_after: seconds after which another try makes sense.
        extra: further members of the document.
    """

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.extra = extra

    @property
    def status(self) -> int:
        """HTTP status."""
        return PROBLEMS[self.code][0]

    def document(self) -> dict[str, Any]:
        """The members of the problem document."""
        status, title = PROBLEMS[self.code]
        about = {"type": f"urn:instructir:problem:{self.code}", "title": title, "status": status}
        return {**about, "code": self.code, "detail": self.detail, **self.extra}

    def headers(self) -> dict[str, str]:
        """Headers that go with it."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = str(max(1, round(self.retry_after)))
        if self.code == "unauthorized":
            headers["WWW-Authenticate"] = 'Basic realm="instructir", charset="UTF-8"'
        return headers

    def response(self, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """As an answer."""
        return JSONResponse(
            self.document(), self.status, {**self.headers(), **(headers or {})}, media_type=_MEDIA_TYPE
        )


class ClientGoneError(Exception):
    """The client closed the connection before it had its answer."""


def problem_of(error: Exception) -> Problem:
    """The problem that `error` is to a client; what is not the client's to correct is ``internal``."""
    if isinstance(error, Problem):
        return error
    for kind, code in _BY_ERROR:
        if isinstance(error, kind):
            return Problem(code, str(error))
    if _is_of_full_disk(error):
        return Problem("disk_full", "try again later, when whoever runs the server has made room")
    return Problem("internal", "this is not your mistake; the log says more")


def _is_of_full_disk(error: Exception) -> bool:
    of_files = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return of_files or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def invalid(error: ValidationError | RequestValidationError) -> Problem:
    """The problem for parameters that do not fit; their values are not repeated."""
    errors = [
        {
            "parameter": ".".join(str(part) for part in item["loc"]),
            "problem": reworded(item["msg"]),
        }
        for item in error.errors()
    ]
    first = errors[0]
    return Problem("invalid", f"{first['parameter'] or 'body'}: {first['problem']}", errors=errors)


def install_problems(app: FastAPI, told: Callable[[Request, str], str] = lambda _, text: text) -> None:
    """Have every error of `app` answered as a problem document.

    Args:
        app: the application.
        told: how whoever made a request is told a sentence.
    """

    @app.exception_handler(Problem)
    @app.exception_handler(InstructIRError)
    @app.exception_handler(Exception)
    async def _failed(request: Request, error: Exception) -> JSONResponse:
        problem = problem_of(error)
        problem.detail = told(request, problem.detail)
        return problem.response()

    @app.exception_handler(OSError)
    @app.exception_handler(sqlite3.Error)
    async def _of_disk(request: Request, error: Exception) -> JSONResponse:
        if not _is_of_full_disk(error):
            raise error
        add_to_log(disk=str(error))
        return await _failed(request, error)

    @app.exception_handler(ClientGoneError)
    @app.exception_handler(ClientDisconnect)
    async def _gone(request: Request, error: Exception) -> Response:
        del request, error
        return Response(status_code=CLIENT_GONE)

    @app.exception_handler(RequestValidationError)
    async def _parameters(request: Request, error: RequestValidationError) -> JSONResponse:
        del request
        return invalid(error).response()

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        code = _BY_STATUS.get(error.status_code, "bad_request")
        detail = PROBLEMS[code][1] if error.status_code in (404, 405) else str(error.detail)
        headers = error.headers
        if error.status_code == 405 and (methods := _methods(request.app, request.url.path)):
            headers = {**(headers or {}), "Allow": methods}
        return Problem(code, f"{request.method} {request.url.path}: {detail}").response(headers)


def _methods(app: FastAPI, path: str) -> str:
    """All that an address takes; the framework names only the methods of the first of its routes."""
    for template, operations in app.openapi()["paths"].items():
        if compile_path(template)[0].fullmatch(path):
            methods = {method.upper() for method in operations}
            return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
    return ""


def documented(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for FastAPI: one entry a status, naming the codes it can carry."""
    entries: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, title = PROBLEMS[code]
        entry = entries.setdefault(
            status,
            {
                "description": "",
                "content": {_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
            },
        )
        entry["description"] = "; ".join(filter(None, (entry["description"], f"`{code}`: {title}")))
    return entries

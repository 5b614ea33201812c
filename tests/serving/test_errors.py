"""Errors get from one process to another as they are."""

import copy
import importlib
import inspect
import pickle
import re
from pathlib import Path

import pytest

import instructir
from instructir.client import ServerError
from instructir.errors import InstructIRError
from instructir.serving.problems import Problem

ROOT = Path(instructir.__file__).parent
MADE = {
    ServerError: lambda: ServerError("busy", 429, "too many pictures are waiting; try again later", 2.5),
    Problem: lambda: Problem("conflict", "the job is running", retry_after=2.5, state="running"),
}
"""How those are made that take more than a text."""


def kinds() -> list[type[Exception]]:
    """All exceptions that the package defines."""
    found: set[type[Exception]] = set()
    for path in ROOT.rglob("*.py"):
        if re.search(r"^class \w+\(.*(?:Error|Exception)\)", path.read_text("utf-8"), re.MULTILINE):
            name = ".".join(("instructir", *path.relative_to(ROOT).with_suffix("").parts))
            module = importlib.import_module(name)
            own = [one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == name]
            found |= {one for one in own if issubclass(one, Exception)}
    return sorted(found, key=lambda one: one.__name__)


def test_those_that_users_can_correct_are_among_them() -> None:
    assert {InstructIRError, *InstructIRError.__subclasses__()} <= {*kinds()}
    assert len(kinds()) > 10


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_an_error_is_the_same_in_another_process(kind: type[Exception]) -> None:
    error = MADE.get(kind, lambda: kind("photo.jpg: is empty; get a fresh copy"))()
    error.add_note("seen on a Tuesday")
    pickled = [pickle.loads(pickle.dumps(error, version)) for version in range(pickle.HIGHEST_PROTOCOL + 1)]
    for one in (*pickled, copy.copy(error), copy.deepcopy(error)):
        assert type(one) is kind
        assert (str(one), one.args, vars(one)) == (str(error), error.args, vars(error))

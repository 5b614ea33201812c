"""Who may come in: by which key, and by which name of the server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from helpers.commands import call
from helpers.serving import problem
from instructir.client import AsyncClient, Client
from instructir.errors import ConfigError
from instructir.restoration.restorer import Restorer
from instructir.serving.app import create_app
from instructir.serving.settings import ServerSettings

Ask = Callable[..., Any]

UNSENDABLE = ["sesame é", "sésame", "鍵", " sesame", "sesame ", "two\nlines", "a\ttab", " "]


@pytest.mark.parametrize("key", UNSENDABLE)
def test_a_key_that_no_header_can_carry_is_refused_at_once(key: str) -> None:
    for made in (lambda: ServerSettings(api_key=key), lambda: Client(api_key=key)):
        with pytest.raises(ConfigError, match=r"cannot stand in a header: use printable ASCII") as refused:
            made()
        assert "\n" not in str(refused.value)
    with pytest.raises(ConfigError):
        AsyncClient(api_key=key)


@pytest.mark.parametrize(
    ("words", "environment", "says"),
    [
        ([], {"INSTRUCTIR_API_KEY": ""}, "the API key is empty: give one, or unset INSTRUCTIR_API_KEY"),
        (["--api-key", ""], {}, "the API key is empty"),
        ([], {"INSTRUCTIR_API_KEY": "schlüssel"}, "printable ASCII"),
        (["--allowed-host", "https://photos.example.com/"], {}, "'https://photos.example.com/' is no name"),
        (["--allowed-host", "*"], {}, "allowed-host '*' is no name of a host: give one such as"),
    ],
)
def test_what_would_let_in_everybody_or_nobody_is_one_line(
    words: list[str], environment: dict[str, str], says: str
) -> None:
    done = call("serve", "--host", "0.0.0.0", "--port", "8799", *words, environment=environment)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.fixture
def asked(tiny: Restorer) -> Iterator[Ask]:
    """What a server with those settings answers to a request by the name of a host."""
    from starlette.testclient import TestClient

    sites = []

    def ask(name: str, *, origin: str = "", **settings: object) -> object:
        sites.append(create_app(tiny, ServerSettings(page=False, **settings)))  # type: ignore[arg-type]
        headers = {"host": name, **({"origin": origin} if origin else {})}
        return TestClient(sites[-1]).get("/healthz", headers=headers)

    yield ask
    for site in sites:
        site.service.close()


OWN = ("localhost:7860", "127.0.0.1", "[::1]:7860")
PROXY = ("photos.example.com", "photos.example.com:8443", "PHOTOS.example.com")


@pytest.mark.parametrize(
    ("settings", "served", "refused"),
    [
        ({}, OWN, (*PROXY, "")),
        ({"allowed_hosts": ("Photos.example.com", "other")}, (*OWN, *PROXY, "other"), ("evil", "a.example")),
        ({"host": "0.0.0.0"}, (*OWN, *PROXY, "evil.example"), ()),
        ({"host": "0.0.0.0", "allowed_hosts": ("photos.example.com",)}, (*OWN, *PROXY), ("evil", "10.0.0.1")),
    ],
)  # fmt: skip
def test_a_server_goes_by_the_names_that_it_is_told(
    asked: Ask, settings: dict[str, object], served: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    for name in served:
        assert asked(name, **settings).status_code == 200
    for name in refused:
        assert "--allowed-host" in problem(asked(name, **settings), "wrong_host")["detail"]


def test_pages_of_other_sites_are_kept_out_behind_a_proxy_too(asked: Ask) -> None:
    allowed = {"allowed_hosts": ("photos.example.com",)}
    own = asked("photos.example.com", origin="https://photos.example.com", **allowed)
    assert own.status_code == 200
    problem(asked("photos.example.com", origin="https://evil.example", **allowed), "forbidden")

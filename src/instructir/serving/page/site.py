"""What the page's routes work with."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from instructir.serving.page.actions import Actions
from instructir.serving.page.session import Sessions
from instructir.serving.service import Service


@dataclass(frozen=True)
class Site:
    """The page of one server.

    Attributes:
        service: the model.
        sessions: the visitors.
        actions: what they can do.
        leaving: who waits to see whether a visitor comes back.
    """

    service: Service
    sessions: Sessions
    actions: Actions
    leaving: set[asyncio.Task[None]] = field(default_factory=set)


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


PageOf = Annotated[Site, Depends(_site)]
"""The page, as a route's parameter."""

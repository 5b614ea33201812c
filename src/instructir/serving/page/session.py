"""Who is here: each visitor's photos. All of them end with the session."""

import secrets
import shutil
import time
from pathlib import Path

from instructir.images import Photo
from instructir.serving.page.picture import Picture
from instructir.serving.problems import Problem
from instructir.tasks import Task

_MAX_PHOTOS = 40


class Session:
    """One visitor.

    Attributes:
        token: the unguessable name in the addresses of everything of his.
        pictures: his photos by their key, in their order.
        touched: when it was last used, by the monotonic clock.
        listeners: open pages that show it.
        left: when the last of them closed its line, by the monotonic clock.
    """

    def __init__(self, root: Path) -> None:
        self.token = secrets.token_urlsafe(16)
        self.pictures: dict[str, Picture] = {}
        self.touched = time.monotonic()
        self.listeners = 0
        self.left = 0.0
        self.folder = root / f"session-{self.token}"

    def add(self, photo: Photo, name: str | None, faults: dict[Task, float]) -> Picture:
        """Take a photo in.

        Raises:
            Problem: ``conflict`` if there are too many.
        """
        if len(self.pictures) >= _MAX_PHOTOS:
            raise Problem("conflict", f"{_MAX_PHOTOS} photos are the most at once: remove some first")
        picture = Picture(self.folder, photo, name, faults)
        self.pictures[picture.key] = picture
        return picture

    def remove(self, key: str) -> None:
        """Let a photo go."""
        picture = self.pictures.pop(key, None)
        if picture is not None:
            picture.close()

    def close(self) -> None:
        """Delete everything."""
        self.pictures = {}
        shutil.rmtree(self.folder, ignore_errors=True)


class Sessions:
    """All visitors, by the token of their session."""

    def __init__(self, root: Path, *, most: int = 50, idle: float = 3600.0) -> None:
        """Begin with none.

        Args:
            root: folder in which theirs are made.
            most: beyond it, the one that was idle longest is ended.
            idle: seconds without a sign of life after which a session is ended that no page shows.
        """
        self._root, self._most, self._idle = root, most, idle
        self._by_token: dict[str, Session] = {}

    def begin(self) -> Session:
        """A new session."""
        now = time.monotonic()
        # Those first that no page shows, and of them those that were idle longest.
        for other in sorted(self._by_token.values(), key=lambda one: (one.listeners > 0, one.touched)):
            stale = not other.listeners and now - other.touched > self._idle
            if stale or len(self._by_token) >= self._most:
                self.end(other.token)
        session = Session(self._root)
        self._by_token[session.token] = session
        return session

    def get(self, token: str) -> Session:
        """The session of that name.

        Raises:
            Problem: ``gone`` if it is over.
        """
        session = self._by_token.get(token)
        if session is None:
            raise Problem("gone", "the session is over: choose the photo again")
        session.touched = time.monotonic()
        return session

    def picture(self, token: str, key: str) -> Picture:
        """A photo of a session.

        Raises:
            Problem: ``gone`` if the session is over, ``not_found`` if the photo was removed.
        """
        picture = self.get(token).pictures.get(key)
        if picture is None:
            raise Problem("not_found", "this photo was removed: choose it again")
        return picture

    def end(self, token: str, *, unless_shown: bool = False) -> None:
        """Delete everything of a session; with `unless_shown`, only if no page shows it."""
        session = self._by_token.get(token)
        if session is not None and not (unless_shown and session.listeners):
            del self._by_token[token]
            session.close()

    def end_all(self) -> None:
        """Delete everything of everybody."""
        for token in list(self._by_token):
            self.end(token)

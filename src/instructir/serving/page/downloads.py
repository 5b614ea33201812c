"""The result as a file, made when it is asked for."""

from fastapi import APIRouter, Response

from instructir.serving.page.session import Sessions
from instructir.serving.pictures import SUFFIXES, encode, resolve_format
from instructir.serving.problems import Problem
from instructir.serving.service import Service


def router(service: Service, sessions: Sessions) -> APIRouter:
    """The route of the page's download link."""
    made = APIRouter()

    @made.get("/download/{token}", include_in_schema=False)
    async def download(token: str) -> Response:
        """What is shown, at full size, in the chosen format, with the metadata of the original."""
        session = sessions.by_token(token) if token.isascii() else None
        if session is None or not session.loaded:
            raise Problem("not_found", "the session is over: choose the photo again")
        async with service.place():
            photo = await service.aside(session.photo)
            form = resolve_format(photo, session.format)
            data = await service.aside(encode, photo, form)
        stem = session.name.rpartition(".")[0] or session.name
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_ ") else "_" for c in stem)
        disposition = f'attachment; filename="{plain}_restored{SUFFIXES[form]}"'
        return Response(data, media_type=f"image/{form}", headers={"Content-Disposition": disposition})

    return made

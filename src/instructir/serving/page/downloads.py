"""Results as files, made when they are asked for."""

import tempfile
import zipfile
from itertools import chain, count
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from instructir.serving.page.picture import Picture
from instructir.serving.page.site import PageOf
from instructir.serving.pictures import (
    FORMAT_SUFFIXES,
    Format,
    encode_reply,
    name_on_any_disk,
    resolve_format,
)
from instructir.serving.problems import Problem

_Wanted = Annotated[Format, Query(alias="format")]

router = APIRouter(include_in_schema=False)


@router.get("/page/{token}/photos/{key}/download")
async def download(site: PageOf, token: str, key: str, wanted: _Wanted = "same") -> Response:
    """What is shown, at full size, with the metadata of the original and what was done."""
    picture = site.sessions.picture(token, key)
    async with site.service.place():
        name, form, data = await site.service.aside(_file, picture, wanted)
    return Response(data, media_type=f"image/{form}", headers=_attached(name))


@router.get("/page/{token}/photos.zip")
async def all_of_them(site: PageOf, token: str, wanted: _Wanted = "same") -> Response:
    """All photos that were restored, each as it is shown."""
    session = site.sessions.get(token)
    pictures = [picture for picture in session.pictures.values() if picture.at]
    if not pictures:
        raise Problem("not_found", "no photo is restored yet: restore one first")
    async with site.service.place():
        path = await site.service.aside(_packed, session.folder, pictures, wanted)
    return FileResponse(
        path,
        media_type="application/zip",
        headers=_attached("restored.zip"),
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


def _file(picture: Picture, wanted: Format) -> tuple[str, str, bytes]:
    photo = picture.file()
    form = resolve_format(photo, wanted)
    quality = picture.step.settings.quality if picture.step else None
    stem = picture.name.rpartition(".")[0] or picture.name
    name = name_on_any_disk(f"{stem}_restored{FORMAT_SUFFIXES[form]}")
    return name, form, encode_reply(photo, form, quality)


def _packed(folder: Path, pictures: list[Picture], wanted: Format) -> Path:
    taken: set[str] = set()
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # pictures are packed already
            for picture in pictures:
                name, _, data = _file(picture, wanted)
                archive.writestr(_free_name(name, taken), data)
        return Path(target.name)


def _free_name(name: str, taken: set[str]) -> str:
    """`name`, numbered where it is one of `taken`, which gets it; many file systems know no capitals."""
    numbered = (f"{number}_{name}" for number in count(2))
    free = next(one for one in chain([name], numbered) if one.casefold() not in taken)
    taken.add(free.casefold())
    return free


def _attached(name: str) -> dict[str, str]:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    }

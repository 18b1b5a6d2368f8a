"""Where the pages are: console, phone, board, and the files that they share. Files are served as they are on disk."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGES: Final = Path(__file__).parent.parent / "pages"
#: The board belongs to the display package; its page is served here too, by its place on disk, not by import.
BOARD: Final = PAGES.parent.parent / "display" / "page"
NO_CACHE: Final = {"Cache-Control": "no-cache"}


class Files(StaticFiles):
    """Static files that a browser asks about again each time, so that an update needs no visit to a screen."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


router = APIRouter(include_in_schema=False)


def _page(folder: Path, name: str = "index.html") -> FileResponse:
    path = folder / name
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type="text/html; charset=utf-8", headers=NO_CACHE)


@router.get("/console")
async def console() -> FileResponse:
    return _page(PAGES / "console")


@router.get("/t/{token}")
async def phone(token: str) -> FileResponse:
    return _page(PAGES / "phone")


@router.get("/board/{area}")
async def board(area: str) -> FileResponse:
    """The board of an area; codes have no dot, so what has one is a file that the page names beside itself."""
    if "." in area:
        found = next((item for item in BOARD.iterdir() if item.name == area), BOARD / "none")
        if not found.is_file():
            raise HTTPException(404)
        return FileResponse(found, headers=NO_CACHE)
    return _page(BOARD)


def mount_pages(app: FastAPI, *, start_page: bool) -> None:
    """Serve the pages and their files; without a start page `/` leads to the console."""
    app.include_router(router)
    fonts = Path(str(importlib.resources.files("font_manrope"))) / "files"
    app.mount("/common", Files(directory=PAGES / "common"))
    app.mount("/locale", Files(directory=PAGES / "locale"))
    app.mount("/console", Files(directory=PAGES / "console"))
    app.mount("/phone", Files(directory=PAGES / "phone"))
    app.mount("/board", Files(directory=BOARD))
    app.mount("/font", Files(directory=fonts))
    if not start_page:
        app.add_api_route("/", lambda: RedirectResponse("/console"), include_in_schema=False)

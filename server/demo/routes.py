"""
What the demo's start page asks for: its links, the paper that came out, the last announcements, the printer's mood.

These routes exist in the demo only. They read two folders that other processes write (the virtual printer's pictures,
the speaker's WAV files) and pass one word on to the virtual printer's control port. They know nothing of tickets.
Names are checked before a path is made of them, so that no request can read anything else.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import httpx
from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict

PAGE = Path(__file__).with_name("page")
LISTED_MAX = 24  # more than a visitor scrolls through; keeps the answer that is polled every second small
CONTROL_LIMIT_S = 2.0  # the virtual printer is on this machine: later than this it is not running
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,100}(\.[A-Za-z0-9_-]{1,40}){0,3}\.(png|wav|js|css)")
PNG_START = b"\x89PNG\r\n\x1a\n"

PrinterState = Literal[
    "ok", "near_end", "paper_end", "cover_open", "cutter", "error", "offline", "mute", "stall", "reset",
    "one_connection", "off",
]  # fmt: skip


class PrinterMood(BaseModel):
    """What the visitor tells the virtual printer to do from now on."""

    model_config = ConfigDict(extra="forbid")

    state: PrinterState


def demo_router(
    printer_output: Path, speech_output: Path, printer_control_url: str, links: Mapping[str, object]
) -> APIRouter:
    """
    Make the routes `/` and `/demo/…` of the start page.

    Args:
        printer_output: Folder of the virtual printer's slips, one PNG each; it may not exist yet.
        speech_output: Folder of the rendered announcements, one WAV each; it may not exist yet.
        printer_control_url: Address of the virtual printer's control port; on this machine only.
        links: Answer of `/demo/links.json`, `{"links": [...], "staff": [...]}`, read at each request so that the caller
            may fill it in while the other processes come up.

    Raises:
        ValueError: *printer_control_url* is not on this machine.
    """
    if urlsplit(printer_control_url).hostname not in LOOPBACK:
        raise ValueError("the printer's control address must be on this machine")
    router = APIRouter(include_in_schema=False)
    _add_page(router, links)
    _add_papers(router, printer_output)
    _add_speech(router, speech_output)
    _add_printer(router, printer_control_url.rstrip("/") + "/state")
    return router


def _add_page(router: APIRouter, links: Mapping[str, object]) -> None:
    @router.get("/")
    def start_page() -> Response:
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    @router.get("/demo/page/{name}")
    def page_file(name: str) -> Response:
        return _file(PAGE, name, (".js", ".css"), "no-cache")

    @router.get("/demo/links.json")
    def all_links() -> dict[str, object]:
        return dict(links)


def _add_papers(router: APIRouter, folder: Path) -> None:
    @router.get("/demo/papers")
    def papers() -> list[dict[str, object]]:
        pictures = ((path, at, _png_size(path)) for path, at in _newest(folder, ".png"))
        return [
            {"name": path.name, "at": at.isoformat(), "width": size[0], "height": size[1]}
            for path, at, size in pictures
            if size is not None
        ]

    @router.get("/demo/papers/{name}")
    def paper(name: str) -> Response:
        return _file(folder, name, (".png",), "max-age=3600")


def _add_speech(router: APIRouter, folder: Path) -> None:
    @router.get("/demo/speech")
    def announcements() -> list[dict[str, object]]:
        return [{"name": path.name, "at": at.isoformat()} for path, at in _newest(folder, ".wav")]

    @router.get("/demo/speech/{name}")
    def announcement(name: str) -> Response:
        return _file(folder, name, (".wav",), "max-age=3600")


def _add_printer(router: APIRouter, state_url: str) -> None:
    @router.get("/demo/printer")
    def printer() -> Response:
        return _ask(state_url, None)

    @router.post("/demo/printer")
    def change_printer(mood: PrinterMood) -> Response:
        return _ask(state_url, mood)


def _ask(state_url: str, mood: PrinterMood | None) -> Response:
    """Ask or tell the virtual printer; its silence is an answer too (502), never a success."""
    try:
        with httpx.Client(timeout=CONTROL_LIMIT_S, trust_env=False) as client:
            answer = client.get(state_url) if mood is None else client.post(state_url, json=mood.model_dump())
            answer.raise_for_status()
            state = str(mood.state if mood is not None else answer.json()["state"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        problem = {
            "type": "about:blank",
            "title": "Virtual printer not reached",
            "status": 502,
            "detail": "The virtual printer does not answer on its control port. Is it still running?",
            "code": "printer_unreachable",
        }
        return JSONResponse(problem, status_code=502, media_type="application/problem+json")
    return JSONResponse({"state": state})


def _file(folder: Path, name: str, suffixes: tuple[str, ...], caching: str) -> Response:
    path = folder / name
    if not FILE_NAME.fullmatch(name) or path.suffix not in suffixes or path.is_symlink() or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, headers={"Cache-Control": caching})


def _newest(folder: Path, suffix: str) -> list[tuple[Path, datetime]]:
    """List the newest files with a proper name; their names sort by time where two were written in one instant."""
    found = sorted(_stamped(folder, suffix), key=lambda item: (item[1], item[0].name), reverse=True)
    return found[:LISTED_MAX]


def _stamped(folder: Path, suffix: str) -> Iterator[tuple[Path, datetime]]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.suffix == suffix and FILE_NAME.fullmatch(path.name):
            try:
                yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue  # cleared away between the listing and the look


def _png_size(path: Path) -> tuple[int, int] | None:
    """Read width and height from the picture's first 24 bytes; None while it is not a whole PNG header."""
    try:
        with path.open("rb") as file:
            head = file.read(24)
    except OSError:
        return None
    if len(head) < 24 or not head.startswith(PNG_START):
        return None
    width, height = struct.unpack(">II", head[16:24])
    return width, height

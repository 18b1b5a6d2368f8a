"""Running the application under uvicorn: the socket is opened first, so that a taken port is said in one sentence."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import APIRouter, FastAPI

from server.app import create_app
from server.demo import phone
from server.demo.routes import demo_router
from server.http.frames import FrameProtocol
from server.http.packets import PacketProtocol
from server.settings import Settings

#: A peer that vanished is noticed by the kernel after this, on systems that have the option (LIVE).
TCP_USER_TIMEOUT_MS: Final = 8_000
BACKLOG: Final = 1_024
GRACEFUL_S: Final = 5


class PortTakenError(Exception):
    """Another program listens on the address."""


def run(settings: Settings, demo_links: Path | None = None) -> None:
    """
    Serve until the process is asked to stop.

    Args:
        settings: Where and what.
        demo_links: The demo's links, which bring its start page; None outside the demo.

    Raises:
        PortTakenError: The port is in use.
        NotSetUpError: No hospital is loaded.
    """
    listening = listen(settings.host, settings.port)
    config = configure(create_app(settings, _extra(demo_links)), settings)
    server = uvicorn.Server(config)
    address = listening.getsockname()
    sys.stdout.write(json.dumps({"ready": True, "host": address[0], "port": address[1]}) + "\n")
    sys.stdout.flush()
    server.run(sockets=[listening])


def configure(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How an application is run: no access log, no compression on sockets, five seconds to say goodbye."""
    return uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        http=PacketProtocol,
        ws=FrameProtocol,
        ws_per_message_deflate=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=GRACEFUL_S,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        server_header=False,
        lifespan="on",
    )


def listen(host: str, port: int) -> socket.socket:
    """
    A listening socket.

    Raises:
        PortTakenError: The port is in use, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    user_timeout = getattr(socket, "TCP_USER_TIMEOUT", None)
    if user_timeout is not None:
        listening.setsockopt(socket.IPPROTO_TCP, user_timeout, TCP_USER_TIMEOUT_MS)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise PortTakenError(str(error)) from error
    listening.set_inheritable(False)
    return listening


class LinksFile(Mapping[str, object]):
    """The demo's links, read again at each look: the demo writes them when the other processes are up."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __getitem__(self, key: str) -> object:
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self._path.read_text(encoding="utf-8"))
        return found


def _extra(demo_links: Path | None) -> APIRouter | None:
    if demo_links is None:
        return None
    links = LinksFile(demo_links)
    folder = demo_links.parent
    router = demo_router(folder / "printer", folder / "speech", str(links["printer_url"]), links)
    router.include_router(phone.router)
    return router

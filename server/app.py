"""The composition root: settings in, ASGI application out. Everything is built and wired here, and nowhere else."""

from __future__ import annotations

import asyncio
import gc
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.routing import WebSocketRoute

from server.actions import announce, day
from server.duties.announcer import Announcer
from server.duties.forecaster import Forecaster
from server.duties.publisher import Publisher
from server.http import entries, halls, live, operators, rooms, scans, sessions, tickets
from server.http.guests import Guests
from server.http.house import House
from server.http.pages import PAGES, mount_pages
from server.http.problems import from_refusal, from_validation, problem
from server.http.routing import Shortcut
from server.http.security import Bounds
from server.live.arrivals import Arrivals
from server.live.hub import Hub
from server.live.messages import HEARTBEAT_S
from server.live.projection import World
from server.records.database import Database
from server.records.reader import Reader
from server.records.schema import load_site, prepare
from server.records.transaction import LogEvent
from server.records.writer import Writer
from server.rules.refusals import Refusal
from server.settings import Settings

log = structlog.get_logger()
#: A duty that fell begins again after this, so that a fault that stays fills no disk with its lines.
DUTY_AGAIN_S: Final = 1.0
#: Nothing about a patient's request leaves the house by a library's exporter; and asking whether costs each request.
NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
#: Young objects between two looks of the collector. Rows and frames hold no cycles: looking every 700 (Python's own
#: number) finds nothing, and each look at the old ones walks through all that waits.
COLLECT_EVERY: Final = (50_000, 20, 100)


def create_app(settings: Settings, extra: APIRouter | None = None) -> FastAPI:
    """
    The server as an ASGI application.

    Args:
        settings: Where the data are and how to serve.
        extra: Routes beside the product's own (the demo's start page); with it `/` is not the console.

    Raises:
        SchemaNewerError: The database was written by a newer Lượt.
        NotSetUpError: No hospital is loaded.
    """
    database = Database(settings.where)
    prepare(database)
    house = _build(settings, database)
    app = FastAPI(
        title="Lượt", version=version("luot"), lifespan=_lifespan, docs_url=None, redoc_url=None,
        openapi_url="/api/v1/openapi.json", telemetry=NO_TELEMETRY,
    )  # fmt: skip
    app.state.house = house
    app.state.tries = sessions.Tries()
    app.state.metrics = operators.Metrics(house.hub)
    for module in (tickets, rooms, entries, halls, scans, sessions, live):
        # Not `include_router`: each level of it costs every request a search of its own.
        app.router.routes.extend(module.router.routes)
    app.include_router(operators.router)
    if extra is not None:
        app.include_router(extra)
    app.router.routes.append(WebSocketRoute("/api/v1/live", live.LiveSocket()))
    mount_pages(app, start_page=extra is not None)
    app.add_middleware(Shortcut, routes=tickets.router.routes)
    app.add_middleware(Bounds, body_bytes_max=settings.body_bytes_max, hosts=settings.trusted_hosts)
    _refusals(app)
    return app


def _build(settings: Settings, database: Database) -> House:
    reader = Reader(database)
    rows = database.open_rows()
    site = load_site(rows)
    hub = Hub(World.load(rows, site.hospital), site.epoch, site.seq)
    guests = Guests(rows)
    rows.close()
    arrivals = Arrivals(hub)

    def before(events: Sequence[LogEvent]) -> None:
        if any(guests.concerns(event) for event in events):
            guests.load(reader.rows())
        for event in events:
            if event.kind == "device.revoked":
                hub.revoke(f"device:{event.facts['device']}")

    publisher = Publisher(hub, reader, before)
    writer = Writer(database, day.ensure_open, publisher.publish)
    announcer = Announcer(writer, hub)
    forecaster = Forecaster(writer, reader, hub, arrivals)
    return House(
        settings, database, writer, reader, hub, guests, arrivals, announcer.reported, _build_of(version("luot")),
        duties=(publisher.run, announcer.run, forecaster.run, lambda: _beat(hub)),
    )  # fmt: skip


def _build_of(release: str) -> str:
    """Names what the pages are made of, so that a screen knows when to load itself again."""
    names = sorted(path for path in PAGES.rglob("*") if path.is_file())
    stamps = "".join(f"{path.name}:{path.stat().st_size};" for path in names)
    return f"{release}+{hashlib.sha256(stamps.encode()).hexdigest()[:8]}"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    house: House = app.state.house
    house.writer.start(asyncio.get_running_loop())
    await house.writer.run(announce.end_unspoken)
    tasks = [asyncio.create_task(keep_up(duty)) for duty in house.duties]
    # What stands after the start lives as long as the process: the collector need not look at it (p99 four times less).
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    house.writer.stop()
    house.reader.close()


async def keep_up(duty: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run *duty* for ever: one that falls says so and begins again, lest a hall stay silent for the rest of the day."""
    while True:
        try:
            await duty()
        except Exception as error:  # the boundary of a duty: a database that restarts, a row that nobody foresaw
            log.error("duty.fell", duty=getattr(duty, "__qualname__", ""), error=repr(error), exc_info=error)
        await asyncio.sleep(DUTY_AGAIN_S)


async def _beat(hub: Hub) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_S)
        hub.heartbeat()


def _refusals(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> JSONResponse:
        return from_refusal(request, refusal)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        return from_validation(request, error)

    @app.exception_handler(HTTPException)
    async def not_found(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}.get(error.status_code)
        return problem(request, code or "body_malformed", {}, error.status_code)

    @app.exception_handler(Exception)
    async def fell(request: Request, error: Exception) -> JSONResponse:
        log.error("request.failed", method=request.method, route=_route(request), error=repr(error), exc_info=error)
        return problem(request, "server_fault", {})


def _route(request: Request) -> str:
    """The route's pattern: an address may hold a patient's token."""
    return str(getattr(request.scope.get("route"), "path", ""))

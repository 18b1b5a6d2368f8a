"""For operators: is it alive, is it ready, how is it doing. Every metric is listed in `server/README.md`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from server.http.guests import is_loopback
from server.http.house import house_of
from server.live.hub import Hub
from server.records.transaction import LogEvent

router = APIRouter(tags=["operators"])


class Metrics:
    """Counted from the log and read from the hub."""

    def __init__(self, hub: Hub) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter("luot_events", "Events of the log by kind.", ["kind"], registry=self.registry)
        seq = Gauge("luot_log_seq", "Head of the log.", registry=self.registry)
        seq.set_function(lambda: hub.seq)
        clients = Gauge("luot_live_clients", "Connected live clients.", registry=self.registry)
        clients.set_function(lambda: len(hub.clients))
        waiting = Gauge(
            "luot_waiting", "People who wait and may be called or are at another room.", registry=self.registry
        )
        waiting.set_function(lambda: sum(row["state"] == "waiting" for row in hub.world.rows["entries"].values()))
        hub.listeners.append(self._count)

    def _count(self, event: LogEvent) -> None:
        self._events.labels(event.kind).inc()


@router.get("/livez", summary="The process answers")
async def livez() -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/readyz", summary="The database answers and the log is published")
def readyz(request: Request) -> JSONResponse:
    house = house_of(request)
    row = house.reader.rows().one("SELECT seq FROM site")
    behind = (row["seq"] if row else 0) - house.hub.seq
    return JSONResponse({"status": "ok", "seq": house.hub.seq, "behind": max(0, behind)})


@router.get("/metrics", summary="Prometheus metrics, for administrators and from the machine itself")
async def metrics(request: Request) -> Response:
    house = house_of(request)
    client = request.client.host if request.client else ""
    if not (is_loopback(request) and client in ("127.0.0.1", "::1")):
        house.guests.require(request, "metrics.read")
    found: Metrics = request.app.state.metrics
    return Response(generate_latest(found.registry), media_type=CONTENT_TYPE_LATEST)

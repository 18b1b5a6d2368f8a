"""The routes of the console's test server, and the pages themselves as files."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import font_manrope
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

import server
from tests.server.pages.console.hospital import ROOMS, SERVICES, JsonObject, ago, described
from tests.server.pages.console.world import Refused, World

PAGES = Path(server.__file__).parent / "pages"
FONTS = Path(font_manrope.__file__).parent / "files"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
HEARTBEAT_S = 1.0

Handler = Callable[[World, Request, JsonObject], Any]


def routes(world: World) -> list[BaseRoute]:
    def get(path: str, answer: Callable[[Request], Any]) -> Route:
        async def endpoint(request: Request) -> Response:
            if not world.signed_in and path != "/hospital":
                return refusal(Refused(401, "not_signed_in", "Phiên làm việc đã hết hoặc chưa đăng nhập."))
            return JSONResponse(answer(request))

        return Route(f"/api/v1{path}", endpoint)

    return [
        get("/hospital", lambda _: described()),
        get("/session", lambda _: {"login": "dieu-duong-12", "role": world.role, "rooms": world.rooms_allowed}),
        get("/services", lambda _: services()),
        get("/tickets/{id}", lambda request: story(world, request.path_params["id"])),
        Route("/api/v1/scans", command(world, read_scan), methods=["POST"]),
        Route("/api/v1/session", session(world), methods=["POST", "DELETE"]),
        Route("/api/v1/tickets", command(world, issue, 201), methods=["POST"]),
        Route("/api/v1/tickets/{id}/reprint", command(world, lambda *_: {"job": "j1"}), methods=["POST"]),
        Route("/api/v1/rooms/{room}/call/{entry}", command(world, call_entry), methods=["POST"]),
        Route("/api/v1/rooms/{room}/{act}", command(world, room_act), methods=["POST"]),
        Route("/api/v1/entries/{entry}/{act}", command(world, entry_act), methods=["POST"]),
        WebSocketRoute("/api/v1/live", live(world)),
        Route("/console", page),
        Mount("/font", StaticFiles(directory=FONTS)),
        Mount("/", StaticFiles(directory=PAGES)),
    ]


async def page(_: Request) -> Response:
    return FileResponse(PAGES / "console" / "index.html", headers={"Content-Security-Policy": POLICY})


def refusal(refused: Refused) -> Response:
    problem = refused.problem
    return JSONResponse(problem, status_code=problem["status"], media_type="application/problem+json")


def services() -> list[JsonObject]:
    closed = {"yhct": "13:30"}
    return [
        {"code": code, "open": code not in closed, "closed_reason": None, "opens_at": closed.get(code),
         "waiting": 3 * n, "wait": None}
        for n, (code, *_rest) in enumerate(SERVICES)
    ]  # fmt: skip


def session(world: World) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.method == "DELETE":
            world.signed_in = False
            return Response(status_code=204)
        body = await request.json()
        if body != {"login": "dieu-duong-12", "password": "mau-12"}:
            return refusal(Refused(401, "wrong_password", "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy nhập lại."))
        world.signed_in = True
        return JSONResponse({"login": body["login"], "role": world.role, "rooms": world.rooms_allowed})

    return endpoint


def command(world: World, handle: Handler, status: int = 200) -> Callable[[Request], Awaitable[Response]]:
    """Keep first answers by key; lose the answer after the commit when told to."""

    async def endpoint(request: Request) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        body = json.loads(await request.body())
        world.requests.append({"path": request.url.path.removeprefix("/api/v1"), "body": body, "key": key})
        if not world.signed_in:
            return refusal(Refused(401, "not_signed_in", "Phiên làm việc đã hết hoặc chưa đăng nhập."))
        if not key:
            return refusal(Refused(400, "key_missing", "Thiếu Idempotency-Key."))
        if world.slow_s:
            await asyncio.sleep(world.slow_s)
        if key not in world.answers:
            try:
                world.answers[key] = (status, handle(world, request, body))
            except Refused as refused:
                return refusal(refused)
            world.committed.append(request.url.path.removeprefix("/api/v1"))
        if world.losing > 0:
            world.losing -= 1
            return LostAnswer()
        kept = world.answers[key]
        return JSONResponse(kept[1], status_code=kept[0])

    return endpoint


class LostAnswer(Response):
    """Promises more than it sends, so that the connection ends in mid-answer."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


def story(world: World, ticket: str) -> JsonObject:
    entries = [each for each in world.state["entries"].values() if each["ticket"] == ticket]
    found: JsonObject = world.state["tickets"][ticket] | {"entries": entries}
    return found


def read_scan(world: World, _: Request, body: JsonObject) -> JsonObject:
    ticket = world.slips.get(body["scan"].rsplit("/t/", 1)[-1])
    if ticket is None:
        raise Refused(422, "not_a_card", "Mã vừa quét không phải thẻ hay phiếu của bệnh viện.")
    number = world.state["tickets"][ticket]["number"]
    return {"kind": "ticket", "class": "normal", "warnings": [], "number": number, "ticket": ticket, "state": "open"}


def issue(world: World, _: Request, body: JsonObject) -> JsonObject:
    return world.issue(body)


def call_entry(world: World, request: Request, body: JsonObject) -> JsonObject:
    entry = world.state["entries"].get(request.path_params["entry"])
    return world.call_chosen(request.path_params["room"], body, entry)


def room_act(world: World, request: Request, body: JsonObject) -> JsonObject:
    room, act = request.path_params["room"], request.path_params["act"]
    if room not in {each[0] for each in ROOMS}:
        raise Refused(404, "room_unknown", "Bệnh viện không có phòng này.")
    if act == "call-next":
        return world.call_next(room, body)
    if act == "call-number":
        matches = [e for e in world.state["entries"].values() if e["number"].endswith(body["number"])]
        return world.call_chosen(room, body, matches[0] if matches else None)
    if act == "undo":
        return world.undo()
    if act == "hand-calls":
        return hand_calls(world, room, body)
    now = world.here(room)
    if now is None:
        raise Refused(409, "illegal_move", "Phòng này chưa gọi số nào.")
    if act == "recall":
        return world.call(room, now, now["reason"])
    world.move(now, {"start": "serving", "finish": "done", "no-show": "missed"}[act])
    return {}


def hand_calls(world: World, room: str, body: JsonObject) -> JsonObject:
    results = []
    for tick in body["ticks"]:
        result = world.hand_results.get(tick["entry"], "done")
        if result == "done":
            world.move(world.state["entries"][tick["entry"]], "done", room=room)
        results.append({"entry": tick["entry"], "result": result})
    return {"results": results}


def entry_act(world: World, request: Request, body: JsonObject) -> JsonObject:
    entry = world.state["entries"][request.path_params["entry"]]
    act = request.path_params["act"]
    changes: JsonObject = {}
    if act == "defer":
        changes = {"rank": entry["rank"] + body["by"] + 0.5}
    elif act == "transfer":
        changes = {"queue": body["queue"]}
    elif act == "class":
        changes = {"class": body["class"], "class_confirmed": True}
    state = {"hold": "held", "release": "waiting", "return": "waiting", "cancel": "cancelled"}.get(act, entry["state"])
    world.move(entry, state, **changes)
    return {}


def live(world: World) -> Callable[[WebSocket], Awaitable[None]]:
    async def endpoint(socket: WebSocket) -> None:
        if not world.signed_in:
            await socket.close(4001)
            return
        await socket.accept()
        loop = asyncio.get_running_loop()
        outbox: asyncio.Queue[JsonObject] = asyncio.Queue(1000)

        def listener(message: JsonObject) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended with its server
                loop.call_soon_threadsafe(outbox.put_nowait, message)

        await socket.receive_json()
        at = {"epoch": world.epoch, "seq": world.seq}
        welcome = {"t": "welcome", "proto": 1, "mode": "snapshot", "heartbeat_s": HEARTBEAT_S, "dead_after_s": 6}
        world.listeners.append(listener)
        snapshot = json.loads(json.dumps(world.state))
        try:
            await socket.send_json(welcome | at | {"now": ago(0)})
            await socket.send_json({"t": "snapshot", "state": snapshot} | at)
            await socket.send_json({"t": "overlay", "body": world.overlay()})
            reader = asyncio.create_task(drain(socket))
            await follow(world, socket, outbox, reader)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the page has gone
        finally:
            if listener in world.listeners:
                world.listeners.remove(listener)

    return endpoint


async def drain(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive_text()


async def follow(
    world: World, socket: WebSocket, outbox: asyncio.Queue[JsonObject], reader: asyncio.Task[None]
) -> None:
    told = world.seq
    while not reader.done() and world.signed_in:
        try:
            message = await asyncio.wait_for(outbox.get(), HEARTBEAT_S)
        except TimeoutError:
            message = {"t": "heartbeat", "seq": told, "prev": told, "now": ago(0)}
        told = message.get("seq", told)
        await socket.send_json(message)
    if not world.signed_in:
        await socket.close(4001)

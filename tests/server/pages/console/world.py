"""
A small real server that speaks the contract of the console: routes, idempotency keys, refusals and the live protocol.

It decides as little as it can (the head of the list is next) and can be told to lose an answer, to be slow, to refuse,
to go away and to come back on the same port. It is not the product's server and shares no code with it.
"""

import asyncio
import copy
import itertools
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tests.server.pages.console.hospital import JsonObject, ago, morning, ticket

STARTS_WITHIN_S = 10.0


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A problem document in the making."""

    def __init__(self, status: int, code: str, detail: str, **facts: Any) -> None:
        super().__init__(code)
        self.problem = {"type": "about:blank", "title": code, "status": status, "detail": detail, "code": code} | facts


class World:
    """State, overlays and everything that was asked of the server, as the tests see it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """A new morning: as if nothing had been asked yet."""
        self.state: JsonObject = morning()
        self.arrivals: JsonObject = {}
        self.presence: JsonObject = {}
        self.requests: list[JsonObject] = []
        self.answers: dict[str, tuple[int, Any]] = {}
        self.committed: list[str] = []
        self.slips: dict[str, str] = {}  # token of a slip -> its ticket
        self.losing = 0
        self.slow_s = 0.0
        self.signed_in = True
        self.rooms_allowed: list[str] | None = None
        self.role = "desk"
        self.hand_results: dict[str, str] = {}
        self.seq = 100
        self.epoch = "epoch-1"
        self.listeners: list[Callable[[JsonObject], None]] = []
        self.undone: list[JsonObject] = []
        self.ids = itertools.count(1)

    # The log and those who follow it

    def change(self, **collections: dict[str, JsonObject | None]) -> None:
        """Put or remove objects and tell everybody, as one event of the log."""
        for name, objects in collections.items():
            held = self.state.setdefault(name, {})
            for id_, value in objects.items():
                held.pop(id_, None) if value is None else held.__setitem__(id_, value)
        self.seq += 1
        body = {"set": copy.deepcopy(collections), "facts": {}}
        self._tell({"t": "event", "seq": self.seq, "prev": self.seq - 1, "kind": "test", "ts": ago(0), "body": body})
        self.tell_overlay()

    def tell_overlay(self) -> None:
        self._tell({"t": "overlay", "body": self.overlay()})

    def overlay(self) -> JsonObject:
        queues = {}
        for code in {each["queue"] for each in self.state["entries"].values()}:
            order = [each["id"] for each in self.in_order(code)]
            reasons = {id_: {"code": "first_in_order", "facts": {}} for id_ in order[:1]}
            queues[code] = {"waiting": len(order), "ahead_order": order[:50], "reasons": reasons, "wait": None}
        return {"queues": queues, "arrivals": self.arrivals, "devices": self.presence}

    def _tell(self, message: JsonObject) -> None:
        for listener in list(self.listeners):
            listener(copy.deepcopy(message))

    def in_order(self, queue: str) -> list[JsonObject]:
        waiting = [e for e in self.state["entries"].values() if e["queue"] == queue and e["state"] == "waiting"]
        return sorted(waiting, key=lambda each: each["rank"])

    # What people do

    def here(self, room: str) -> JsonObject | None:
        entries = self.state["entries"].values()
        return next((e for e in entries if e["room"] == room and e["state"] in ("called", "serving")), None)

    def move(self, entry: JsonObject, state: str, **more: Any) -> JsonObject:
        self.undone.append(copy.deepcopy(entry))
        moved = entry | {"state": state, "since": ago(0)} | more
        self.change(entries={entry["id"]: moved})
        return moved

    def call(self, room: str, entry: JsonObject, reason: JsonObject) -> JsonObject:
        call_id = f"c{next(self.ids)}"
        attempts = entry["attempts"] + 1
        call = {
            "id": call_id, "entry": entry["id"], "ticket": entry["ticket"], "number": entry["number"], "room": room,
            "area": "khu-a", "attempt": attempts, "called_at": ago(0), "state": "called", "priority": False,
        }  # fmt: skip
        self.undone.append(copy.deepcopy(entry))
        moved = entry | {
            "state": "called",
            "room": room,
            "since": ago(0),
            "attempts": attempts,
            "call": call_id,
            "reason": reason,
        }
        self.arrivals[call_id] = {"screens": 3, "screens_of": 3}
        said = self.announcement(f"a-{call_id}", calls=[call_id], room=room)
        self.change(entries={entry["id"]: moved}, calls={call_id: call}, announcements={said["id"]: said})
        return {"call": call | {"reason": reason}}

    def announcement(self, id_: str, **more: Any) -> JsonObject:
        """One more announcement at the end of the area's line."""
        return {
            "id": id_, "area": "khu-a", "kind": "call", "numbers": [], "room": "p11", "calls": [], "text": None,
            "state": "queued", "error": None, "issued_at": ago(0), "since": ago(0), "repeats_taken_over": 0,
        } | more  # fmt: skip

    def announce(self, id_: str, state: str) -> None:
        self.change(announcements={id_: self.state["announcements"][id_] | {"state": state}})

    def call_next(self, room: str, body: JsonObject) -> JsonObject:
        now = self.here(room)
        if now and now["state"] == "called" and not body.get("previous"):
            raise Refused(409, "room_busy", f"Số {now['number']} đã được gọi vào phòng.")
        waiting = [
            e for queue in self.state["rooms"][room]["queues"] for e in self.in_order(queue) if not e["elsewhere"]
        ]
        if not waiting:
            raise Refused(409, "nobody_waiting", "Không có người nào đang chờ mà phòng này gọi được lúc này.")
        if now:
            self.move(now, "missed" if body.get("previous") == "missed" else "done")
        reason = {"code": "priority_turn", "facts": {"n": 2, "k": 3}}
        return self.call(room, waiting[0], reason)

    def call_chosen(self, room: str, body: JsonObject, entry: JsonObject | None) -> JsonObject:
        if entry is None:
            raise Refused(
                409, "number_not_waiting", f"Số {body.get('number')} không nằm trong danh sách chờ của phòng này."
            )
        if not body.get("reason"):
            raise Refused(422, "reason_missing", "Gọi ngoài thứ tự thì phải chọn một lý do.")
        now = self.here(room)
        if now:
            self.move(now, "done")
        return self.call(room, entry, {"code": "out_of_turn", "facts": {"reason": body["reason"]}})

    def undo(self) -> JsonObject:
        if not self.undone:
            raise Refused(409, "nothing_to_undo", "Phòng này chưa có việc nào vừa làm để hoàn tác.")
        before = self.undone.pop()
        self.change(entries={before["id"]: before})
        return {}

    def issue(self, body: JsonObject) -> JsonObject:
        number = f"A{next(self.ids) + 500}"
        new = {"ticket": f"n{number}", "number": number, "class": body.get("class", "normal"), "arrived_at": ago(0)}
        made = ticket(new, paper="pending", service=body["service"])
        self.change(tickets={made["id"]: made})
        return made | {"queue": "noi", "ahead": 12, "wait": {"low_s": 600, "high_s": 1500}, "token": "x", "slip": {}}

    def asked(self, path: str) -> list[JsonObject]:
        """Requests whose path ends so, oldest first."""
        return [each for each in self.requests if each["path"].endswith(path)]


class Served:
    """The world behind a port, in a thread of its own; it can go away and come back."""

    def __init__(self, world: World, routes: Callable[[World], list[BaseRoute]]) -> None:
        self.world = world
        self._app = Starlette(routes=routes(world))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Serve; nothing happens when it serves already."""
        if self._server:
            return
        config = uvicorn.Config(
            self._app, host="127.0.0.1", port=self.port, log_level="critical", ws="websockets-sansio", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        limit = time.monotonic() + STARTS_WITHIN_S
        while not self._server.started:
            assert time.monotonic() < limit, "the test's server did not start"
            time.sleep(0.01)

    def _run(self) -> None:
        assert self._server is not None
        asyncio.run(self._server.serve())

    def stop(self) -> None:
        """Cut every connection at once, as a server that loses its power does."""
        if self._server and self._thread:
            self._server.force_exit = True
            self._server.should_exit = True
            self._thread.join()
            self._server = self._thread = None
            self.world.listeners.clear()

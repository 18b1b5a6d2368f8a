"""
Brings the demo's hall to life through the public API: patients come, rooms call, examine and send on.

It is a client like any other: a kiosk's token takes numbers, the unattended console's token calls. ``speed`` shortens
arrivals and service, never voice, so that a fast hall shows what happens to its loudspeaker.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from typing import Any, Final

import httpx
import structlog

from server.demo.seed import Seeded

log = structlog.get_logger()
#: From DOMAIN: a provincial hall's peak of five taps a minute, twice that when the gate opens.
ARRIVAL_MEAN_S: Final = 8.0
#: Mean minutes of service by kind of queue; half of those who are examined are sent to tests.
SERVICE_MIN: Final = {
    "reception": 2.0, "clinic": 9.3, "laboratory": 2.0, "imaging": 6.0, "cashier": 1.5, "pharmacy": 2.0,
}  # fmt: skip
SENT_TO_TESTS: Final = 0.5
MISSED: Final = 0.05
PRIORITY: Final = 0.2
TESTS_BACK_MIN: Final = 20.0
CLASSES: Final = ("age_75", "child_u6", "pregnant", "merit", "disability_severe")
TICK_S: Final = 0.2
LIMIT_S: Final = 10.0


class Life:
    """
    Args:
        base: The server's address.
        seeded: Tokens and hospital of the demo.
        patients: How many come.
        speed: How much faster than life they come and are served.
    """

    def __init__(self, base: str, seeded: Seeded, patients: int, speed: float) -> None:
        self._hospital = seeded.hospital
        self._left, self._speed = patients, speed
        self._client = httpx.Client(base_url=f"{base}/api/v1", timeout=LIMIT_S, trust_env=False)
        self._kiosk, self._console = seeded.tokens["kiosk"], seeded.tokens["console"]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="life", daemon=True)
        self._random = random.Random(1313)
        self._busy: dict[str, tuple[float, str]] = {}
        self._away: list[tuple[float, str]] = []
        self._services = [code for code, item in self._hospital.services.items() if item.at_kiosk]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(LIMIT_S)
        self._client.close()

    def _run(self) -> None:
        arrival_s = time.monotonic()
        while not self._stopping.wait(TICK_S):
            now_s = time.monotonic()
            try:
                while self._left and now_s >= arrival_s:
                    self._left -= 1
                    arrival_s += self._random.expovariate(1 / ARRIVAL_MEAN_S) / self._speed
                    self._arrive()
                self._return(now_s)
                self._work(now_s)
            except httpx.HTTPError as error:
                log.warning("life.no_answer", error=repr(error))

    def _post(self, token: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
        answer = self._client.post(path, json=body, headers=headers)
        if answer.is_success:
            found: dict[str, Any] = answer.json()
            return found
        return None

    def _arrive(self) -> None:
        is_priority = self._random.random() < PRIORITY
        body = {
            "service": self._random.choice(self._services),
            "class": self._random.choice(CLASSES) if is_priority else "normal",
        }
        self._post(self._kiosk, "/tickets", body)

    def _return(self, now_s: float) -> None:
        due = [entry for at_s, entry in self._away if at_s <= now_s]
        self._away = [(at_s, entry) for at_s, entry in self._away if at_s > now_s]
        for entry in due:
            self._post(self._kiosk, f"/entries/{entry}/return", {})

    def _work(self, now_s: float) -> None:
        for room in self._hospital.rooms.values():
            until_s, state = self._busy.get(room.code, (0.0, "free"))
            if now_s < until_s or self._stopping.is_set():
                continue
            if state == "called":
                self._come_in(room.code, now_s)
            elif state == "serving":
                self._send_on(room.code)
                self._busy[room.code] = (0.0, "free")
            elif self._post(self._console, f"/rooms/{room.code}/call-next", {"previous": "finish"}):
                self._busy[room.code] = (now_s + 8.0, "called")
            else:
                self._busy[room.code] = (now_s + 3.0, "free")

    def _come_in(self, room: str, now_s: float) -> None:
        if self._random.random() < MISSED:
            self._post(self._console, f"/rooms/{room}/no-show", {})
            self._busy[room] = (0.0, "free")
            return
        self._post(self._console, f"/rooms/{room}/start", {})
        kind = self._kind(room)
        minutes = self._random.lognormvariate(0.0, 0.6) * SERVICE_MIN.get(kind, 2.0) * 0.83
        self._busy[room] = (now_s + minutes * 60 / self._speed, "serving")

    def _send_on(self, room: str) -> None:
        tests = [code for code, queue in self._hospital.queues.items() if queue.kind in ("laboratory", "imaging")]
        is_sent = self._kind(room) == "clinic" and tests and self._random.random() < SENT_TO_TESTS
        body: dict[str, Any] = {"next": [self._random.choice(tests)]} if is_sent else {}
        answer = self._post(self._console, f"/rooms/{room}/finish", body)
        if answer and is_sent and answer["entry"]["state"] == "paused":
            back_s = time.monotonic() + TESTS_BACK_MIN * 60 / self._speed
            self._away.append((back_s, answer["entry"]["id"]))

    def _kind(self, room: str) -> str:
        return self._hospital.queues[self._hospital.rooms[room].queues[0]].kind

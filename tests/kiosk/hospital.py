"""
A small real HTTP server that speaks the server's contract to a kiosk, and misbehaves as it is told: the hospital of
these tests. One ticket a key, for ever; what it heard is kept in plain lists.
"""

import json
import ssl
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "kiosk-token"
LONG_HOSPITAL = "Bệnh viện Y dược cổ truyền và Phục hồi chức năng tỉnh Cao Bằng"
LONG_SERVICE = "Khám và điều trị Phục hồi chức năng theo yêu cầu ngoài giờ hành chính"

SITE: dict[str, Any] = {
    "code": "cao-bang",
    "name": {"vi": LONG_HOSPITAL, "en": "Cao Bằng Hospital of Traditional Medicine and Rehabilitation"},
    "languages": ["vi", "en"],
    "timezone": "Asia/Ho_Chi_Minh",
    "phone_url": None,
    "build": "1",
}


def service(code: str, vietnamese: str, english: str, icon: str, group: str | None = None) -> dict[str, Any]:
    name = {"vi": vietnamese, "en": english}
    return {"code": code, "name": name, "hint": None, "icon": icon, "series": "A", "group": group}


SERVICES = [
    service("noi", "Khám nội tổng hợp", "General internal medicine", "stethoscope"),
    service("nhi", "Khám nhi", "Children", "child"),
    service("phcn", LONG_SERVICE, "Rehabilitation on request outside office hours", "rehab"),
    service("san", "Khám sản phụ khoa", "Obstetrics and gynaecology", "pregnant"),
    service("mat", "Khám mắt", "Eyes", "eye"),
    service("tai-kham", "Tái khám theo hẹn", "Return visit by appointment", "return"),
    service("vien-phi", "Thu viện phí", "Payment", "cash"),
    service("thuoc", "Lĩnh thuốc bảo hiểm y tế", "Pharmacy (insurance)", "pill"),
]
CLASSES = [
    {"code": code, "name": {"vi": vietnamese, "en": english}, "declared": declared}
    for code, vietnamese, english, declared in (
        ("emergency", "Cấp cứu", "Emergency", False),
        ("child_u6", "Trẻ em dưới 6 tuổi", "Child under 6", True),
        ("pregnant", "Phụ nữ có thai", "Pregnant", True),
        ("disability_extreme", "Người khuyết tật đặc biệt nặng", "Extreme disability", True),
        ("disability_severe", "Người khuyết tật nặng", "Severe disability", True),
        ("age_75", "Người từ đủ 75 tuổi trở lên", "75 or over", True),
        ("merit", "Người có công với cách mạng", "Person with merit", True),
        ("normal", "Bình thường", "Normal", False),
    )
]
ROOMS = [{"code": "p12", "label": "12", "spoken": {"vi": "phòng 12", "en": "room 12"}}]
REFUSED = {"service_closed": 409, "class_not_allowed": 409, "not_signed_in": 401}


class Hospital:
    """
    The server's state, and what it does with the next tickets: each name put into ``moods`` governs one request.

    Moods: ``lost_answer`` commits and drops the connection, ``lost_request`` drops it first, ``busy`` is 503, ``slow``
    answers after 1.5 s, ``stuck`` commits and answers never, any other word is a refusal with that code.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.moods: deque[str] = deque()
        self.outcome_moods: deque[str] = deque()
        self.is_up = True
        self.services = [dict(one) for one in SERVICES]
        self.groups: list[dict[str, Any]] = []
        self.closed: dict[str, str | None] = {"mat": "13:30"}
        self.tickets: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.outcomes: list[tuple[str, dict[str, Any]]] = []
        self.returns: list[tuple[str, str]] = []
        self.troubles: list[str | None] = []
        self.jobs: dict[str, dict[str, Any]] = {}
        self.seq = 1
        self._lock = threading.Lock()
        self._listening = _Listening(("127.0.0.1", 0), _Handler)
        self._listening.hospital = self
        if tls is not None:
            self._listening.socket = tls.wrap_socket(self._listening.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._listening.server_port}"
        self._thread = threading.Thread(
            target=self._listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown()
        self._listening.server_close()

    def issue(self, key: str, wish: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self.requests.append((key, wish))
            if key not in self.tickets:
                self.tickets[key] = self._ticket(len(self.tickets) + 1, wish)
            return self.tickets[key]

    def ask_copy(self, job: str, ticket: str, *, is_copy: bool = True) -> None:
        with self._lock:
            self.jobs[job] = {"id": job, "ticket": ticket, "copy": is_copy, "requested_at": "2026-11-23T07:31:00+07:00"}
            self.seq += 1

    def take_outcome(self, ticket: str, outcome: dict[str, Any]) -> None:
        with self._lock:
            self.outcomes.append((ticket, outcome))
            self.jobs = {job: asked for job, asked in self.jobs.items() if asked["ticket"] != ticket}
            self.seq += 1

    def find(self, ticket: str) -> dict[str, Any] | None:
        return next((one for one in self.tickets.values() if one["id"] == ticket), None)

    def stand(self, ticket: str, state: str, **changes: Any) -> str:
        """Put a ticket's one entry into *state*; returns its token."""
        found = self.find(ticket)
        assert found is not None
        found["entries"] = [{"id": f"e{ticket}", "queue": "noi", "room": None, "state": state, **changes}]
        found |= {"ahead": 12, "wait": {"low_s": 600, "high_s": 1500}} if state == "waiting" else {"ahead": None}
        return str(found["token"])

    def bring_back(self, entry: str) -> bool:
        for found in self.tickets.values():
            if found.get("entries") and found["entries"][0]["id"] == entry:
                is_away = found["entries"][0]["state"] in ("missed", "paused")
                self.stand(found["id"], "waiting")
                return is_away
        return False

    def open_services(self) -> list[dict[str, Any]]:
        return [
            {
                "code": one["code"],
                "open": one["code"] not in self.closed,
                "closed_reason": "outside_hours" if one["code"] in self.closed else None,
                "opens_at": self.closed.get(one["code"]),
                "waiting": place * 4,
                "wait": {"low_s": place * 300, "high_s": place * 720} if place else None,
            }
            for place, one in enumerate(self.services)
        ]

    def live(self) -> list[dict[str, Any]]:
        """The live protocol's answer over HTTP: always the whole state, which a client must take at any time."""
        welcome = {
            "t": "welcome", "proto": 1, "epoch": "e1", "mode": "snapshot", "seq": self.seq,
            "heartbeat_s": 2, "dead_after_s": 6, "now": "2026-11-23T07:31:00+07:00",
        }  # fmt: skip
        return [welcome, {"t": "snapshot", "epoch": "e1", "seq": self.seq, "state": {"jobs": self.jobs, "tickets": {}}}]

    def _ticket(self, count: int, wish: dict[str, Any]) -> dict[str, Any]:
        name = next(one["name"] for one in self.services if one["code"] == wish["service"])
        language = wish.get("language", "vi")
        number = f"A{41 + count:03}"
        slip = {
            "hospital": SITE["name"][language], "service": name[language], "number": number,
            "class_mark": "ƯU TIÊN" if wish.get("class") else None,
            "class_note": "chờ xác nhận" if wish.get("class") else None,
            "issued_at": "2026-11-23T07:30:00+07:00", "ahead": 12, "wait": {"low_s": 600, "high_s": 1500},
            "where": "Phòng 12, tầng 1, khu A", "qr": _token(count), "qr_opens_page": False,
            "language": language, "copy": False,
        }  # fmt: skip
        facts = {"id": f"t{count}", "number": number, "service": wish["service"], "class": wish.get("class", "normal")}
        return {**facts, "queue": "noi", "state": "waiting", "token": _token(count), "slip": slip}


def _token(count: int) -> str:
    """Sixteen characters of all kinds."""
    return f"Ab_9-xYz{count:08}"


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    hospital: Hospital

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A kiosk that was killed leaves its connections: nothing to say."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listening

    def do_GET(self) -> None:
        hospital = self.server.hospital
        if not hospital.is_up:
            return self._drop()
        path = self.path.partition("?")[0]
        match path.removeprefix("/api/v1/").split("/"):
            case ["hospital"]:
                return self._answer(
                    200,
                    {
                        "site": SITE,
                        "groups": hospital.groups,
                        "services": hospital.services,
                        "classes": CLASSES,
                        "rooms": ROOMS,
                    },
                )
            case ["services"]:
                return self._answer(200, hospital.open_services())
            case ["tickets", ticket]:
                found = hospital.find(ticket)
                return self._answer(200, found) if found else self._refuse(404, "ticket_unknown")
            case ["live", "state"]:
                return self._answer(200, hospital.live())
        return self._refuse(404, "not_found")

    def do_POST(self) -> None:
        hospital = self.server.hospital
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        key = self.headers.get("Idempotency-Key")
        if not hospital.is_up:
            return self._drop()
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._refuse(401, "not_signed_in")
        if not key:
            return self._refuse(400, "key_missing")
        match self.path.removeprefix("/api/v1/").split("/"):
            case ["tickets"]:
                return self._issue(key, body)
            case ["scans"]:
                return self._scan(body["scan"])
            case ["entries", entry, "return"]:
                hospital.returns.append((key, entry))
                return self._answer(200, {}) if hospital.bring_back(entry) else self._refuse(409, "illegal_move")
            case ["tickets", ticket, "print-outcome"]:
                if hospital.outcome_moods and hospital.outcome_moods.popleft() == "lost_request":
                    return self._drop()
                hospital.take_outcome(ticket, body)
                return self._answer(204, None)
            case ["devices", "self", "status"]:
                hospital.troubles.append(body["trouble"])
                return self._answer(204, None)
        return self._refuse(404, "not_found")

    def _scan(self, scan: str) -> None:
        token = scan.rpartition("/t/")[2]
        found = next((one for one in self.server.hospital.tickets.values() if one["token"] == token), None)
        if found is not None:
            return self._answer(200, {"kind": "ticket", "ticket": found["id"], "state": "open"})
        if scan.isdecimal() and len(scan) == 12:
            return self._answer(200, {"kind": "cccd", "class": "normal", "warnings": []})
        return self._refuse(422, "not_a_card")

    def _issue(self, key: str, body: dict[str, Any]) -> None:
        hospital = self.server.hospital
        mood = hospital.moods.popleft() if hospital.moods else "ok"
        match mood:
            case "lost_request":
                return self._drop()
            case "busy":
                return self._refuse(503, "busy")
            case "slow":
                time.sleep(1.5)
            case "ok" | "lost_answer" | "stuck":
                pass
            case code:
                return self._refuse(REFUSED[code], code)
        ticket = hospital.issue(key, body)
        if mood == "lost_answer":
            return self._drop()
        if mood == "stuck":
            time.sleep(60)
            return self._drop()
        return self._answer(201, ticket)

    def _refuse(self, status: int, code: str) -> None:
        self._answer(
            status, {"type": "about:blank", "title": code, "status": status, "code": code, "detail": f"says {code}"}
        )

    def _answer(self, status: int, content: Any) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

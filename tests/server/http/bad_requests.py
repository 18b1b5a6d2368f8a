"""Requests that are wrong in one way each, with the status and the code that they must get."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class BadRequest:
    name: str
    status: int
    code: str
    path: str = "/tickets"
    body: bytes = b"{}"
    role: str | None = "kiosk"
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def all_headers(self) -> dict[str, str]:
        return {"Content-Type": "application/json", "Idempotency-Key": self.name, **self.headers}


def _json(**values: Any) -> bytes:
    return json.dumps(values).encode()


BAD = [
    BadRequest("no JSON", 400, "body_malformed", body=b'{"service": "noi"'),
    BadRequest("not Unicode", 400, "body_malformed", body=b'{"service": "\xff\xfe"}'),
    BadRequest("half a surrogate pair", 400, "body_malformed", body=b'{"service": "\\ud800"}'),
    BadRequest("a list", 400, "body_malformed", body=b"[]"),
    BadRequest("no body", 400, "body_malformed", body=b""),
    BadRequest("a thousand brackets", 400, "body_malformed", body=b"[" * 9_000),
    BadRequest("a missing field", 400, "body_malformed"),
    BadRequest("an unknown field", 400, "body_malformed", body=_json(service="noi", prority="pregnant")),
    BadRequest("a number for a code", 400, "body_malformed", body=_json(service=7)),
    BadRequest("a reason in prose", 400, "body_malformed", body=_json(service="noi", class_reason="Bà Lò Thị Ví Dụ")),
    BadRequest("20 kB", 413, "body_too_large", body=_json(service="x" * 20_000)),
    BadRequest("an unknown service", 404, "service_unknown", body=_json(service="gone")),
    BadRequest("a closed service", 409, "service_closed", body=_json(service="dong")),
    BadRequest("an unknown class", 422, "class_unknown", body=_json(service="noi", **{"class": "vip"})),
    BadRequest("a class of staff's", 403, "class_not_allowed", body=_json(service="noi", **{"class": "emergency"})),
    BadRequest("an unknown printer", 404, "device_unknown", body=_json(service="noi", print_at="99")),
    BadRequest("no key", 400, "key_missing", body=_json(service="noi"),
               headers={"Idempotency-Key": ""}),
    BadRequest("a key of 300 letters", 400, "body_malformed", body=_json(service="noi"),
               headers={"Idempotency-Key": "k" * 300}),
    BadRequest("a wrong token", 401, "not_signed_in", role=None, body=_json(service="noi"),
               headers={"Authorization": "Bearer wrong"}),
    BadRequest("another scheme", 401, "not_signed_in", role=None, body=_json(service="noi"),
               headers={"Authorization": "Basic a2lvc2s6"}),
    BadRequest("no sign-in", 401, "not_signed_in", role=None, body=_json(service="noi")),
    BadRequest("a role without the right", 403, "not_allowed", role="display", body=_json(service="noi")),
    BadRequest("an attended console alone", 403, "not_allowed", role="attended", body=_json(service="noi")),
    BadRequest("a foreign page", 403, "foreign_origin", role="reception", body=_json(service="noi"),
               headers={"Origin": "https://evil.example"}),
    BadRequest("an origin of null", 403, "foreign_origin", role="reception", body=_json(service="noi"),
               headers={"Origin": "null"}),
    BadRequest("an origin that is no address", 403, "foreign_origin", role="reception", body=_json(service="noi"),
               headers={"Origin": "http://[x"}),
    BadRequest("another room's account", 403, "not_allowed", "/rooms/p2/call-next", role="limited"),
    BadRequest("an unknown room", 404, "room_unknown", "/rooms/gone/call-next", role="desk"),
    BadRequest("nobody to call", 409, "nobody_waiting", "/rooms/p1/call-next", role="desk"),
    BadRequest("nobody called", 409, "room_idle", "/rooms/p1/recall", role="desk"),
    BadRequest("nothing done", 409, "nothing_to_undo", "/rooms/p1/undo", role="desk"),
    BadRequest("an unknown number", 409, "number_not_waiting", "/rooms/p1/call-number", _json(number="Z9"), "desk"),
    BadRequest("an unknown entry", 404, "entry_unknown", "/entries/999/hold", role="desk"),
    BadRequest("an entry that is no number", 400, "body_malformed", "/entries/abc/hold", role="desk"),
    BadRequest("a huge entry", 400, "body_malformed", "/entries/99999999999999999999/hold", role="desk"),
    BadRequest("an unknown queue", 404, "queue_unknown", "/queues/gone/entries", b"", "desk", "GET"),
    BadRequest("an unknown ticket", 404, "ticket_unknown", "/tickets/999", b"", "desk", "GET"),
    BadRequest("an unknown phone", 404, "ticket_unknown", "/t/AAAAAAAAAAAAAAAA", b"", None, "GET"),
    BadRequest("a tick without its time zone", 400, "body_malformed", "/rooms/p1/hand-calls",
               _json(ticks=[{"entry": "1", "at": "2026-03-02T07:00:00"}]), "desk"),
    BadRequest("another room's ticks", 403, "not_allowed", "/rooms/p2/hand-calls", _json(ticks=[]), "limited"),
    BadRequest("an unknown outcome", 400, "body_malformed", "/tickets/1/print-outcome", _json(outcome="perhaps")),
    BadRequest("a detail in prose", 400, "body_malformed", "/tickets/1/print-outcome",
               _json(outcome="failed", detail="giấy của bà Ví Dụ")),
    BadRequest("an unknown trouble", 400, "body_malformed", "/devices/self/status", _json(trouble="headache")),
    BadRequest("an unknown address", 404, "not_found", "/nowhere", role=None),
    BadRequest("another method", 405, "method_not_allowed", role="kiosk", method="PUT"),
    BadRequest("no card", 422, "not_a_card", "/scans", _json(scan="hello")),
    BadRequest("a topic of another role", 403, "not_allowed", "/live/state?topics=room:p1", b"", None, "GET"),
    BadRequest("a topic that is none", 403, "not_allowed", "/live/state?topics=", b"", None, "GET"),
]  # fmt: skip

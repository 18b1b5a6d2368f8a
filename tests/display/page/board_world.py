"""States of a hall for the board's tests: one room, twelve, forty; with the longest names."""

from datetime import UTC, datetime, timedelta
from typing import Any

HOSPITAL = {
    "site": {
        "code": "example",
        "name": {"vi": "Bệnh viện Y học cổ truyền và Phục hồi chức năng tỉnh", "en": "Provincial Hospital"},
        "languages": ["vi", "en"],
        "timezone": "Asia/Ho_Chi_Minh",
    }
}
NAMES = ["Nội tổng hợp", "Nhi", "Tai – Mũi – Họng", "Răng – Hàm – Mặt", "Sản phụ khoa", "Y học cổ truyền"]


def area(languages: list[str]) -> dict[str, Any]:
    name = {"vi": "Sảnh chính, tầng 1", "en": "Main hall"}
    return {"code": "sanh", "name": name, "languages": languages, "has_speaker": True}


def room(order: int, **changes: Any) -> dict[str, Any]:
    name = {"vi": f"Phòng khám {NAMES[order % len(NAMES)]}", "en": f"Clinic {order}"}
    spoken = {"vi": f"phòng {order}", "en": f"room {order}"}
    made = {"code": f"p{order}", "area": "sanh", "label": f"Phòng {order}", "name": name, "spoken": spoken}
    return {**made, "order": order, "state": "open", "queues": [f"q{order}"], "last": None, **changes}


def call(number: str, order: int, state: str = "called", ago_s: float = 0, **changes: Any) -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat()
    made = {"id": f"call-{number}", "number": number, "room": f"p{order}", "area": "sanh", "attempt": 1}
    return {**made, "called_at": at, "state": state, "priority": False, **changes}


def state(rooms: int, calls: list[dict[str, Any]], languages: list[str] | None = None) -> dict[str, Any]:
    return {
        "areas": {"sanh": area(languages or ["vi", "en"])},
        "rooms": {f"p{order}": room(order) for order in range(1, rooms + 1)},
        "calls": {one["id"]: one for one in calls},
        "announcements": {},
    }


def nexts(rooms: int) -> dict[str, Any]:
    return {"queues": {f"q{n}": {"waiting": 3, "next": [f"A{n:03}", f"B{n + 40:03}"]} for n in range(1, rooms + 1)}}

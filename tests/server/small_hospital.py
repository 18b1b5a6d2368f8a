"""A hospital small enough to think about: two halls, every kind of queue, a room with two queues, a mute corridor."""

from pathlib import Path
from typing import Any

from server.actions.setup import build
from server.records.database import Database
from server.records.schema import create_site, prepare
from server.rules.hospital import Hospital

#: 2026-03-02 07:00 in Cao Bằng, a Monday, in milliseconds since 1970.
MORNING_MS = 1_772_409_600_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000


def _named(code: str, **values: Any) -> dict[str, Any]:
    return {"code": code, "name": {"vi": f"Tên {code}", "en": f"Name {code}"}, **values}


DOCUMENT: dict[str, Any] = {
    "site": _named("nho", phone_url="https://so.example.vn"),
    "area": [_named("sanh", languages=["vi", "en"]), _named("lau-2", speaker=False)],
    "series": [{"code": "A"}, {"code": "B"}, {"code": "E"}],
    "policy": [{"code": "mac-dinh", "priority_to_normal": 3}],
    "queue": [
        _named("noi", kind="clinic", policy="mac-dinh", typical_min=9.0),
        _named("nhi", kind="clinic"),
        _named("xet-nghiem", kind="laboratory"),
        _named("x-quang", kind="imaging"),
        _named("thu-ngan", kind="cashier"),
        _named("nha-thuoc", kind="pharmacy", carries_over=True),
        _named("cap-cuu", kind="emergency"),
    ],
    "room": [
        _named("p1", area="sanh", label="1", queues=["noi"]),
        _named("p2", area="sanh", label="2", queues=["noi", "nhi"]),
        _named("xn", area="lau-2", label="XN", queues=["xet-nghiem"]),
        _named("xq", area="lau-2", label="XQ", queues=["x-quang"]),
        _named("tn", area="sanh", label="TN", queues=["thu-ngan"]),
        _named("nt", area="sanh", label="NT", queues=["nha-thuoc"]),
        _named("cc", area="sanh", label="CC", queues=["cap-cuu"]),
    ],
    "service": [
        _named("noi", series="A", flow=["noi", "thu-ngan", "nha-thuoc"]),
        _named("nhi", series="A", flow=["nhi", "nha-thuoc"]),
        _named("thuoc", series="B", flow=["nha-thuoc"], purpose="pharmacy"),
        _named("xet-nghiem", series="B", flow=["xet-nghiem"], purpose="test"),
        _named("cap-cuu", series="E", flow=["cap-cuu"], kiosk=False),
        _named("sang", series="B", flow=["nhi"], hours=["06:30-11:30"]),
        _named("dong", series="B", flow=["nhi"], hours=["13:00-16:30"]),
    ],
}


def small_hospital() -> Hospital:
    return build(DOCUMENT)


def make_database(path: Path | str, hospital: Hospital | None = None, now_ms: int = MORNING_MS) -> Database:
    """A fresh SQLite file with the schema and the hospital, its day not yet opened."""
    database = Database(path)
    prepare(database)
    create_site(database, hospital or small_hospital(), now_ms)
    return database


class Clock:
    """The wall clock and the monotonic one, moved on by hand; put it in place of `server.clock`'s functions."""

    def __init__(self, ms: int = MORNING_MS) -> None:
        self.ms = ms
        self._began_ms = ms

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return (self.ms - self._began_ms) / 1000

    def pass_s(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)

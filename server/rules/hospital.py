"""
A hospital's description as the rules need it: plain values, keyed by short stable codes.

It is read from one TOML file (`server.actions.setup` checks it) and kept as a document, a version a row. Names are
mappings from language code to text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from server.rules.discipline import Policy

Names = Mapping[str, str]


@dataclass(frozen=True)
class Area:
    code: str
    name: Names
    languages: tuple[str, ...] = ("vi",)
    has_speaker: bool = True


@dataclass(frozen=True)
class Service:
    """What a patient picks; *flow* are its queues in order, *purpose* splits statistics, *group* names its page."""

    code: str
    name: Names
    series: str
    flow: tuple[str, ...]
    icon: str = "ticket"
    purpose: str = "examination"
    group: Names | None = None
    hint: Names | None = None
    at_kiosk: bool = True
    hours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """Where numbers come from: a prefix and a counter that starts again each service day."""

    code: str
    prefix: str
    start: int = 1


@dataclass(frozen=True)
class Queue:
    """The people waiting for one service at one place; *typical_min* is minutes of service without history."""

    code: str
    name: Names
    kind: str
    policy: Policy = field(default_factory=Policy)
    typical_min: float | None = None
    carries_over: bool = False
    where: Names | None = None


@dataclass(frozen=True)
class Room:
    code: str
    area: str
    label: str
    name: Names
    spoken: Names
    queues: tuple[str, ...]
    where: Names | None = None


@dataclass(frozen=True)
class Site:
    code: str
    name: Names
    timezone: str = "Asia/Ho_Chi_Minh"
    languages: tuple[str, ...] = ("vi", "en")
    rollover: str = "00:00"
    phone_url: str | None = None
    identity_days: int = 1
    statistics_months: int = 24


@dataclass(frozen=True)
class Hospital:
    """The whole description; look-ups by code raise KeyError, which callers turn into a refusal."""

    site: Site
    areas: Mapping[str, Area]
    services: Mapping[str, Service]
    series: Mapping[str, Series]
    queues: Mapping[str, Queue]
    rooms: Mapping[str, Room]

    @cached_property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.site.timezone)

    @cached_property
    def queue_kinds(self) -> Mapping[str, str]:
        return {code: queue.kind for code, queue in self.queues.items()}

    @cached_property
    def rooms_of_queue(self) -> Mapping[str, tuple[str, ...]]:
        """Rooms that serve each queue, in the file's order."""
        return {
            queue: tuple(code for code, room in self.rooms.items() if queue in room.queues) for queue in self.queues
        }

    def document(self) -> dict[str, Any]:
        """Plain values, ready for JSON; `from_document` reads them back."""
        return {
            "site": asdict(self.site),
            **{name: [asdict(item) for item in getattr(self, name).values()] for name in _PARTS},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Hospital:
        """Rebuild from `document`; values are trusted, since only a checked description is ever kept."""
        parts: dict[str, Any] = {
            name: {item["code"]: kind(**_tuples(item)) for item in document[name]} for name, kind in _PARTS.items()
        }
        return cls(site=Site(**_tuples(document["site"])), **parts)


def _tuples(item: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
    if isinstance(values.get("policy"), dict):
        values["policy"] = Policy(**values["policy"])
    return values


_PARTS: Mapping[str, type] = {"areas": Area, "services": Service, "series": Series, "queues": Queue, "rooms": Room}

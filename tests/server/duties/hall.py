"""A hall without sockets: the writer on a real file, the hub, speakers and screens as it sees them, a still clock."""

import asyncio
import json
from typing import Any

from server.actions import call, day, devices, issue
from server.duties.announcer import Announcer
from server.duties.forecaster import Forecaster
from server.duties.publisher import Publisher
from server.live.arrivals import Arrivals
from server.live.client import Client
from server.live.hub import Hub
from server.live.messages import PROTOCOL, Announced, Hello
from server.live.projection import Audience, World
from server.records.database import Database
from server.records.reader import Reader
from server.records.schema import load_site
from server.records.transaction import Actor
from server.records.writer import Writer
from tests.server.small_hospital import Clock

NURSE = Actor("staff", 1, "desk")


class Member:
    """Somebody who follows the hub; `read` gives what was sent since the last time."""

    def __init__(self, hub: Hub, role: str, topics: list[str], device: int | None = None, **who: Any) -> None:
        self.client = Client(f"{role}:{device}", device)
        audience = Audience.of(role, topics, hub.world.hospital, **who)
        hub.join(self.client, audience, Hello(t="hello", proto=[PROTOCOL], topics=["devices"]))
        self.overlays: dict[str, dict[str, Any]] = {}
        self.read()

    def read(self) -> list[dict[str, Any]]:
        messages = [json.loads(text) for text in self.client.take_all()]
        for message in messages:
            for name, values in message.get("body", {}).items() if message["t"] == "overlay" else ():
                self.overlays.setdefault(name, {}).update(values)
        return messages

    def asked(self) -> list[dict[str, Any]]:
        """The announcements that it was told to say."""
        return [message for message in self.read() if message["t"] == "announce"]


class Hall:
    """What the tests of the duties do."""

    def __init__(self, database: Database, hands: Clock) -> None:
        self.clock = hands
        self.rows = database.open_rows()
        self.reader = Reader(database)
        site = load_site(self.rows)
        self.hub = Hub(World.load(self.rows, site.hospital), site.epoch, site.seq)
        publisher = Publisher(self.hub, self.reader, lambda events: None)
        self.writer = Writer(database, day.ensure_open, publisher.publish)
        self.announcer = Announcer(self.writer, self.hub)
        self.forecaster = Forecaster(self.writer, self.reader, self.hub, Arrivals(self.hub))

    def start(self) -> None:
        self.writer.start(asyncio.get_running_loop())

    def stop(self) -> None:
        self.writer.stop()
        self.reader.close()
        self.rows.close()

    async def act(self, action: Any) -> Any:
        return await self.writer.run(action, NURSE)

    async def enrol(self, role: str) -> int:
        token = devices.new_token()
        return int((await self.act(lambda tx: devices.enrol_device(tx, role, f"{role}-{token}", [], token)))["id"])

    async def speaker(self, area: str = "sanh") -> Member:
        device = await self.enrol("speaker")
        return Member(self.hub, "speaker", [f"area:{area}"], device)

    async def issue(self, service: str = "noi") -> dict[str, Any]:
        ticket: dict[str, Any] = await self.act(lambda tx: issue.issue_ticket(tx, issue.IssueRequest(service)))
        return ticket

    async def call(self, room: str = "p1", service: str = "noi") -> str:
        """Issue a number and call it; gives the number."""
        self.clock.pass_s(0.01)
        ticket = await self.issue(service)
        await self.act(lambda tx: call.call_next(tx, room, "finish"))
        return str(ticket["number"])

    async def report(self, speaker: Member, announcement: str, state: str, error: str | None = None) -> None:
        said = Announced(t="announced", id=announcement, state=state, error=error)  # type: ignore[arg-type] # one of three
        await self.announcer.reported(speaker.client, said)

    async def after(self, seconds: float) -> None:
        """Let time pass, then what is due is done."""
        self.clock.pass_s(seconds)
        await self.announcer.look()
        await self.forecaster.look()

    def announcements(self) -> list[tuple[str, str | None]]:
        """State and error of each, oldest first."""
        found = self.rows.all("SELECT state, error FROM announcement ORDER BY issued_at, id")
        return [(row["state"], row["error"]) for row in found]

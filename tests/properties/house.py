"""A whole server without sockets: the real writer on a real file, the real hub, and one client of each audience."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from server.actions import day, devices
from server.duties.publisher import Publisher
from server.live.client import Client
from server.live.follower import apply_set
from server.live.hub import Hub
from server.live.messages import PROTOCOL, Hello
from server.live.projection import Audience, State, World, snapshot
from server.records.database import Database, Row
from server.records.reader import Reader
from server.records.schema import load_site
from server.records.transaction import Actor, Transaction
from server.records.writer import Writer
from server.rules.hospital import Hospital
from server.rules.refusals import Refusal
from tests.server.small_hospital import Clock, make_database

PHONES_MAX = 2
NURSE = Actor("staff", 1, "desk")


@cache
def prepared_file() -> Path:
    """One prepared database a run of the tests; each example copies it."""
    folder = Path(tempfile.mkdtemp(prefix="luot-properties-"))
    atexit.register(shutil.rmtree, folder)
    path = folder / "luot.db"
    database = make_database(path)
    enrol_devices(database)
    return path


def enrol_devices(database: Database) -> None:
    """Two kiosks and two speakers, with the ids 1 to 4."""
    writer = Writer(database, day.ensure_open)
    for role in ("kiosk", "kiosk", "speaker", "speaker"):
        writer.run_now(_enrolling(role))
    writer.stop()


def _enrolling(role: str) -> Callable[[Transaction], Any]:
    def action(tx: Transaction) -> Any:
        token = devices.new_token()
        return devices.enrol_device(tx, role, f"{role}-{token}", [], token)

    return action


class Screen:
    """One client that keeps the protocol: it applies what it is sent and nothing else."""

    def __init__(self, hub: Hub, audience: Audience) -> None:
        self.audience = audience
        self.client = Client("screen")
        self.state: State = {}
        self.seq = -1
        hello = Hello(t="hello", proto=[PROTOCOL], topics=["devices"])
        hub.join(self.client, audience, hello)
        self.read()

    def read(self) -> None:
        for text in self.client.take_all():
            message = json.loads(text)
            if message["t"] == "snapshot":
                self.state, self.seq = message["state"], message["seq"]
            elif message["t"] in ("event", "heartbeat"):
                assert message["prev"] == self.seq, f"gap for {self.audience.topics}"
                self.seq = message["seq"]
                apply_set(self.state, message.get("body", {}).get("set", {}))


class House:
    """The writer, the hub and the screens; `do` runs one action and says whether it was refused."""

    def __init__(self, clock: Clock, database: Database | None = None) -> None:
        self.clock = clock
        self.folder = Path(tempfile.mkdtemp(prefix="luot-example-"))
        if database is None:
            database = Database(shutil.copy(prepared_file(), self.folder / "luot.db"))
        else:
            enrol_devices(database)
        self.database = database
        self.rows = self.database.open_rows()
        self.reader = Reader(self.database)
        site = load_site(self.rows)
        self.hub = Hub(World.load(self.rows, site.hospital), site.epoch, site.seq)
        publisher = Publisher(self.hub, self.reader, lambda events: None)
        self.writer = Writer(self.database, day.ensure_open, publisher.publish)
        self.screens = [
            Screen(self.hub, Audience.of(role, topics, site.hospital, device="1")) for role, topics in AUDIENCES
        ]

    def close(self) -> None:
        self.writer.stop()
        self.reader.close()
        self.rows.close()
        shutil.rmtree(self.folder)

    def do(self, action: Callable[[Transaction], Any], actor: Actor = NURSE) -> Any:
        """The action's answer; None when it was refused, and then nothing may have changed."""
        head = self.head
        try:
            return self.writer.run_now(action, actor)
        except Refusal:
            assert self.head == head, "a refused action left something in the log"
            return None

    def follow_phone(self, ticket: str) -> None:
        """A patient opens the slip's page; two are enough."""
        if sum(screen.audience.role == "phone" for screen in self.screens) == PHONES_MAX:
            return
        audience = Audience.of("phone", [f"ticket:{ticket}"], self.hospital, ticket=ticket)
        self.screens.append(Screen(self.hub, audience))

    @property
    def hospital(self) -> Hospital:
        return self.writer.hospital

    @property
    def head(self) -> int:
        found = self.rows.one("SELECT seq FROM site")
        assert found is not None
        return int(found["seq"])

    def all(self, sql: str, **values: object) -> list[Row]:
        return self.rows.all(sql, **values)

    # What must be true after every step

    def check_screens(self) -> None:
        """Snapshot before, with the events applied, equals the snapshot drawn from the rows."""
        fresh = World.load(self.rows, self.hospital)
        assert self.hub.world.rows == fresh.rows, "the world by events differs from the world by rows"
        for screen in self.screens:
            screen.read()
            wanted = json.loads(json.dumps(snapshot(fresh, screen.audience)))
            assert _without_empty(screen.state) == _without_empty(wanted), screen.audience.topics

    def check_log(self) -> None:
        found = self.rows.one("SELECT count(*) AS count, min(seq) AS first, max(seq) AS last FROM event")
        assert found is not None
        assert found["count"] == found["last"] == self.head
        assert found["first"] == 1
        assert self.hub.seq == self.head


def _without_empty(state: State) -> State:
    return {name: items for name, items in state.items() if items}


AUDIENCES: list[tuple[str, list[str]]] = [
    ("console", ["room:p1", "devices"]),
    ("console", ["room:p2"]),
    ("console", ["queue:nha-thuoc", "area:lau-2"]),
    ("display", ["area:sanh"]),
    ("display", ["area:lau-2"]),
    ("speaker", ["area:sanh"]),
    ("kiosk", ["devices"]),
]

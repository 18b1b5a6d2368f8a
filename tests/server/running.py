"""The real application under the real uvicorn in a thread: a small hospital, a device and an account of each role."""

import asyncio
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import uvicorn
from pwdlib import PasswordHash

from server import clock
from server.actions import day, devices, staff
from server.app import create_app
from server.http.guests import hashed
from server.http.house import House
from server.records.database import Database
from server.records.transaction import Transaction
from server.records.writer import Writer
from server.serving import configure, listen
from server.settings import Settings
from tests.server.small_hospital import MORNING_MS, make_database

DEVICES = ("kiosk", "display", "speaker", "console")
STAFF = ("viewer", "desk", "reception", "lead", "admin")
PASSWORD = "mat-khau-thu"
#: An account that may act in one room only.
ROOM_OF_LIMITED = "p1"


class Running:
    """A server that answers; `head` is the end of its log."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.database: Database = make_database(folder / "luot.db")
        self.settings = Settings(data=folder, **settings)
        self.tokens = {
            role: secrets.token_urlsafe(24) for role in (*DEVICES, "attended", "second-kiosk", "second-speaker")
        }
        self._cookies: dict[str, str] = {}
        self._enrol()
        app = create_app(self.settings)
        self.house: House = app.state.house
        self._listening = listen("127.0.0.1", 0)
        self.port = self._listening.getsockname()[1]
        self._server = uvicorn.Server(configure(app, self.settings))
        self._thread = threading.Thread(target=self._serve)
        self._rows = self.database.open_rows()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listening]))

    def _enrol(self) -> None:
        secret = PasswordHash.recommended().hash(PASSWORD)

        def action(tx: Transaction) -> None:
            for name, token in self.tokens.items():
                role = "console" if name == "attended" else name.removeprefix("second-")
                devices.enrol_device(tx, role, name, [], hashed(token), is_unattended=name == "console")
            for role in STAFF:
                staff.create_staff(tx, role, secret, role)
            staff.create_staff(tx, "limited", secret, "desk", [ROOM_OF_LIMITED])

        writer = Writer(self.database, day.ensure_open)
        writer.run_now(action)
        writer.stop()

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._rows.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def head(self) -> int:
        row = self._rows.one("SELECT seq FROM site")
        assert row is not None
        return int(row["seq"])

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        return self._rows.all(sql, **values)

    def run(self, action: Any) -> Any:
        """Run an action in the server's own writer, as its commands do."""
        loop = self.house.writer._loop
        assert loop is not None
        return asyncio.run_coroutine_threadsafe(self.house.writer.run(action), loop).result(10)

    def in_loop(self, act: Any) -> Any:
        """Do something where the server does everything: in its event loop."""
        loop = self.house.writer._loop
        assert loop is not None

        async def there() -> Any:
            return act()

        return asyncio.run_coroutine_threadsafe(there(), loop).result(10)

    def device(self, name: str) -> int:
        return int(self.rows("SELECT id FROM device WHERE name = :name", name=name)[0]["id"])

    def bearer(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    def client(self, role: str | None = None) -> httpx.Client:
        """A caller: a device by its token, a member of staff by signing in, or a stranger."""
        client = httpx.Client(base_url=self.url, timeout=10)
        if role in self.tokens:
            client.headers.update(self.bearer(role))
        elif role is not None:
            client.cookies.set("luot", self.cookie(role))
        return client

    def cookie(self, login: str) -> str:
        """The session of a member of staff, who signs in once."""
        if login not in self._cookies:
            answer = httpx.post(f"{self.url}/api/v1/session", json={"login": login, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            self._cookies[login] = answer.cookies["luot"]
        return self._cookies[login]


def post(client: httpx.Client, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """A changing request with a key of its own."""
    return client.post(f"/api/v1{path}", json=body, headers={"Idempotency-Key": secrets.token_hex(8), **headers})


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Running]:
    """A server whose day began at seven in the morning, however late the test runs."""
    offset_ms = MORNING_MS - clock.now_ms()
    real = clock.now_ms
    with patch("server.clock.now_ms", lambda: real() + offset_ms):
        server = Running(folder, **settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()

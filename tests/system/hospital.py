"""A running demo with its screens, and short names for what a browser test asks of it."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Page, expect

from tests.system.processes import Demo
from tests.system.screens import BOARD, CONSOLE, KIOSK, PHONE, Screens, sign_in

#: The rooms that tests call from.
ROOMS: Final = ("p1", "p2", "xn1")


@dataclass
class Hospital:
    """What a test does at the kiosk, at a desk, in the hall, on a phone."""

    demo: Demo
    screens: Screens

    @property
    def document(self) -> dict[str, Any]:
        return self.demo.document

    def account(self, role: str) -> dict[str, str]:
        return next(item for item in self.document["staff"] if item["role"] == role)

    def papers(self) -> set[Path]:
        return set(Path(self.document["printer_output"]).glob("*.png"))

    def token_of(self, number: str) -> str:
        return str(self.ask("SELECT token FROM ticket WHERE label = ? ORDER BY id DESC", number))

    def ask(self, query: str, *values: object) -> Any:
        """The first value that the database gives."""
        address = f"file:{self.demo.data / 'luot.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            row = database.execute(query, values).fetchone()
        return row[0] if row else None

    def kiosk(self) -> Page:
        return self.screens.open(self.document["kiosk_url"], KIOSK)

    def board(self) -> Page:
        return self.screens.open(self.document["display_url"], BOARD)

    def console(self, room: str, role: str = "desk") -> Page:
        page = self.screens.open(f"{self.document['base_url']}/console?room={room}", CONSOLE)
        sign_in(page, self.account(role))
        return page

    def phone(self, number: str) -> Page:
        return self.screens.open(f"{self.document['base_url']}/t/{self.token_of(number)}", PHONE)

    def mood(self, state: str) -> None:
        assert httpx.post(f"{self.document['base_url']}/demo/printer", json={"state": state}).status_code == 200

    def take_number(self, page: Page, service: str = "noi") -> str:
        """Three touches; the number on the screen."""
        page.click(".start-go:not([disabled])")
        if page.locator(f"[data-service={service}]").count() == 0:
            page.click(f".tab:nth-child({self._tab(page, service)})")
        self.screens.picture(page, "kiosk-services")
        page.click(f"[data-service={service}]")
        page.wait_for_selector(".take")
        self.screens.picture(page, "kiosk-confirm")
        page.click(".take")
        expect(page.locator(".ticket-number")).to_be_visible()
        return page.locator(".ticket-number").inner_text()

    def _tab(self, page: Page, service: str) -> int:
        for index in range(1, page.locator(".tab").count() + 1):
            page.click(f".tab:nth-child({index})")
            if page.locator(f"[data-service={service}]").count():
                return index
        raise AssertionError(f"no tile for {service}")

    def command(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """What the demo's unattended console may send."""
        token = self.document["devices"]["console"]["token"]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        return httpx.post(f"{self.document['base_url']}/api/v1{path}", json=body, headers=headers)

    def empty_rooms(self) -> None:
        """Send home whoever waits at the rooms that tests use, so that the next test begins with nobody there."""
        for room in ROOMS:
            while self.command(f"/rooms/{room}/call-next", {"previous": "missed"}).status_code == 200:
                self.command(f"/rooms/{room}/finish", {"next": []})
            self.command(f"/rooms/{room}/finish", {"next": []})

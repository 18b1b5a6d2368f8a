"""The gateway: what the page may ask, and what nobody else may."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from kiosk.carrier import TooManyOrdersError
from kiosk.client import UnansweredError
from kiosk.gateway import BODY_LIMIT_BYTES, build_gateway
from kiosk.journal import KeyReusedError, Order

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8081"
TAP = {"key": "0123456789abcdef", "service": "noi", "class": None, "language": "vi"}


class FakeTaps:
    """Keeps what it is given, or fails as it is told."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.failure: Exception | None = None

    async def take(self, order: Order) -> Order:
        if self.failure is not None:
            raise self.failure
        return self.orders.setdefault(order.key, order)

    def find(self, key: str) -> Order | None:
        return self.orders.get(key)


@pytest.fixture
def taps() -> FakeTaps:
    return FakeTaps()


class FakeSlips:
    """Answers what it was asked, or nothing."""

    def __init__(self) -> None:
        self.is_answering = True

    async def read(self, scan: str, language: str) -> dict[str, Any]:
        return self._answer(scan, language)

    async def come_back(self, ticket: str, entry: str, key: str) -> dict[str, Any]:
        return self._answer(ticket, entry, key)

    def _answer(self, *asked: str) -> dict[str, Any]:
        if not self.is_answering:
            raise UnansweredError("status_503")
        return {"asked": list(asked)}


@pytest.fixture
def slips() -> FakeSlips:
    return FakeSlips()


@pytest.fixture
async def page(taps: FakeTaps, slips: FakeSlips) -> AsyncIterator[httpx.AsyncClient]:
    app: Any = build_gateway(taps, slips, lambda: {"connection": "ok"}, lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        yield client


async def test_a_tap_is_kept_as_the_wish_that_the_server_will_hear(page: httpx.AsyncClient, taps: FakeTaps) -> None:
    answer = await page.post("/api/kiosk/tap", json={**TAP, "class": "pregnant"}, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.json()) == (202, {"key": TAP["key"], "state": "waiting"})
    wish = {"service": "noi", "language": "vi", "class": "pregnant"}
    assert taps.orders[TAP["key"] or ""] == Order(key="0123456789abcdef", kind="tap", at=NOW, wish=wish)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": None},
        {"key": "short"},
        {"key": "with space and more"},
        {"key": 7},
        {"service": ""},
        {"service": "<script>"},
        {"service": ["noi"]},
        {"class": "đ"},
        {"class": 1},
        {"language": "fr"},
        {"language": None},
    ],
)
async def test_a_tap_that_is_no_tap_keeps_nothing(
    page: httpx.AsyncClient, taps: FakeTaps, changes: dict[str, Any]
) -> None:
    answer = await page.post("/api/kiosk/tap", json={**TAP, **changes})
    assert (answer.status_code, answer.json()["code"], taps.orders) == (400, "body_malformed", {})


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"[" * 4000, b"\xff\xfe"])
async def test_rubbish_keeps_nothing(page: httpx.AsyncClient, taps: FakeTaps, body: bytes) -> None:
    answer = await page.post("/api/kiosk/tap", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"], taps.orders) == (400, "body_malformed", {})


async def test_a_body_of_20_kb_is_refused(page: httpx.AsyncClient, taps: FakeTaps) -> None:
    answer = await page.post("/api/kiosk/tap", json={**TAP, "more": "x" * 20_000})
    assert BODY_LIMIT_BYTES < 20_000
    assert (answer.status_code, answer.json()["code"], taps.orders) == (413, "body_too_large", {})


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ORIGIN.replace("8081", "8082")},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_page_of_another_origin_may_not_tap(
    page: httpx.AsyncClient, taps: FakeTaps, headers: dict[str, str]
) -> None:
    answer = await page.post("/api/kiosk/tap", json=TAP, headers=headers)
    assert (answer.status_code, answer.json()["code"], taps.orders) == (403, "wrong_origin", {})


async def test_a_form_may_not_tap(page: httpx.AsyncClient, taps: FakeTaps) -> None:
    answer = await page.post("/api/kiosk/tap", data=dict.fromkeys(TAP, "noi"))
    assert (answer.status_code, taps.orders) == (400, {})


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (TooManyOrdersError(), 503, "busy"),
        (KeyReusedError(), 422, "key_reused"),
        (OSError(28, "No space left on device"), 503, "disk_full"),
    ],
)
async def test_a_tap_that_cannot_be_kept_says_why_in_the_readers_language(
    page: httpx.AsyncClient, taps: FakeTaps, failure: Exception, status: int, code: str
) -> None:
    taps.failure = failure
    answer = await page.post("/api/kiosk/tap", json=TAP, headers={"Accept-Language": "en-GB,vi;q=0.5"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"].startswith("This machine")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_unknown_tap_and_a_print_job_are_not_shown(page: httpx.AsyncClient, taps: FakeTaps) -> None:
    taps.orders["job-1"] = Order(key="job-1", kind="job", at=NOW, wish={"ticket": "t1", "copy": True})
    for key in ("job-1", "nobody"):
        answer = await page.get(f"/api/kiosk/tap/{key}")
        assert (answer.status_code, answer.json()["code"]) == (404, "tap_unknown")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/main.js", "text/javascript"),
        ("/common/tokens.css", "text/css"),
        ("/common/i18n.js", "text/javascript"),
        ("/font/Manrope-Bold.ttf", "font/ttf"),
        ("/api/kiosk/locale/vi.json", "application/json"),
        ("/api/kiosk/state", "application/json"),
    ],
)
async def test_everything_the_page_needs_comes_from_this_machine(page: httpx.AsyncClient, path: str, kind: str) -> None:
    answer = await page.get(path)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_an_old_page_is_never_shown_from_the_browsers_memory(page: httpx.AsyncClient) -> None:
    assert (await page.get("/")).headers["cache-control"] == "no-cache"
    assert (await page.get("/api/kiosk/state")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/../agent.py", "/%2e%2e/agent.py", "/common/..%2f..%2fclock.py"])
async def test_no_other_file_is_served(page: httpx.AsyncClient, path: str) -> None:
    assert (await page.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "asked"),
    [
        ("scan", {"scan": "AbcDef_012345-79"}, ["AbcDef_012345-79", "en"]),
        ("return", {"key": "0123456789abcdef", "ticket": "7", "entry": "9"}, ["7", "9", "0123456789abcdef"]),
    ],
)
async def test_a_slip_is_passed_on_and_a_silent_server_is_told(
    page: httpx.AsyncClient, slips: FakeSlips, path: str, body: dict[str, str], asked: list[str]
) -> None:
    answer = await page.post(f"/api/kiosk/{path}", json=body, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()) == (200, {"asked": asked})
    slips.is_answering = False
    answer = await page.post(f"/api/kiosk/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (503, "not_answered")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("scan", {"scan": ""}),
        ("scan", {"scan": 7}),
        ("scan", {"scan": "a" * 2001}),
        ("return", {"key": "0123456789abcdef", "ticket": "../7", "entry": "9"}),
        ("return", {"ticket": "7", "entry": "9"}),
    ],
)
async def test_what_is_no_scan_goes_nowhere(page: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    answer = await page.post(f"/api/kiosk/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_malformed")


async def test_a_foreign_page_may_not_bring_anybody_back(page: httpx.AsyncClient) -> None:
    body = {"key": "0123456789abcdef", "ticket": "7", "entry": "9"}
    answer = await page.post("/api/kiosk/return", json=body, headers={"Origin": "http://elsewhere"})
    assert answer.status_code == 403

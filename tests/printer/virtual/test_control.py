"""The switchboard, asked as a page and a script would."""

import http.client
import io
import json
from typing import Any

import httpx
import pytest
from PIL import Image

from printer.transport import Printer
from printer.virtual.machine import STATES
from printer.virtual.run import VirtualPrinter


def ask(virtual: VirtualPrinter, method: str, path: str, **options: Any) -> httpx.Response:
    return httpx.request(method, virtual.control_url.rstrip("/") + path, trust_env=False, **options)


def test_the_state_is_told_and_turned(virtual: VirtualPrinter) -> None:
    assert ask(virtual, "GET", "/state").json()["state"] == "ok"
    turned = ask(virtual, "POST", "/state", json={"state": "paper_end"})
    assert (turned.status_code, turned.json()["state"]) == (200, "paper_end")
    assert Printer(virtual.address).status().trouble == "paper_end"


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_turned_to_and_back(virtual: VirtualPrinter, state: str) -> None:
    assert ask(virtual, "POST", "/state", json={"state": state}).json()["state"] == state
    assert ask(virtual, "POST", "/state", json={"state": "ok"}).json()["state"] == "ok"
    assert Printer(virtual.address).status().trouble is None


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"ok"', b"{}", b'{"state":"broken"}', b'{"state":[]}', b'{"state":"ok","after_bytes":-1}'],
)
def test_a_wish_that_means_nothing_changes_nothing(virtual: VirtualPrinter, body: bytes) -> None:
    answer = ask(virtual, "POST", "/state", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "body_malformed")
    assert virtual.service.machine.state == "ok"


def test_a_body_that_is_too_large_is_not_read(virtual: VirtualPrinter) -> None:
    answer = ask(virtual, "POST", "/state", content=b" " * 2000, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_papers_are_listed_newest_first_and_shown(virtual: VirtualPrinter, job: bytes) -> None:
    printer = Printer(virtual.address)
    printer.print(job)
    printer.print(job)
    listed = ask(virtual, "GET", "/papers").json()
    assert [set(paper) for paper in listed] == [{"name", "at", "width", "height"}] * 2
    assert listed[0]["name"] > listed[1]["name"]
    assert len(ask(virtual, "GET", "/papers?limit=1").json()) == 1
    picture = ask(virtual, "GET", f"/papers/{listed[0]['name']}")
    assert picture.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(picture.content)) as opened:
        assert opened.size == (listed[0]["width"], listed[0]["height"])


@pytest.mark.parametrize("path", ["/papers/..%2f..%2fetc", "/papers/x.png", "/nothing", "/font/Other.ttf"])
def test_nothing_else_is_served(virtual: VirtualPrinter, path: str) -> None:
    assert ask(virtual, "GET", path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/page.js", "/page.css", "/font/Manrope-Bold.ttf"])
def test_the_page_and_its_parts_are_served_with_a_strict_policy(virtual: VirtualPrinter, path: str) -> None:
    answer = ask(virtual, "GET", path)
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_another_web_site_cannot_turn_it(virtual: VirtualPrinter) -> None:
    answer = ask(virtual, "POST", "/state", json={"state": "error"}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert virtual.service.machine.state == "ok"


def test_a_borrowed_host_name_is_refused(virtual: VirtualPrinter) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", virtual.control.port)
    connection.request("GET", "/state", headers={"Host": "elsewhere.example"})
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (403, "not_allowed")
    connection.close()


def test_an_allowed_page_may_use_it(tmp_path: Any) -> None:
    start = "http://127.0.0.1:8000"
    with VirtualPrinter(tmp_path, origins=frozenset({start})) as virtual:
        before = ask(virtual, "OPTIONS", "/state", headers={"Origin": start})
        answer = ask(virtual, "POST", "/state", json={"state": "mute"}, headers={"Origin": start})
    assert before.status_code == 204
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, start)

"""Pages opened by the server's name, as over a LAN: boards and phones over plain http, consoles over https only."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
import trustme
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.system.screens import BOARD, CONSOLE, PHONE, Screens, call_next, launch, sign_in
from tests.system.serving import Server, serving

pytestmark = pytest.mark.browser
NAME: Final = "luot.test"
#: The name leads to this machine, as the LAN's name server would say.
MAP: Final = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = launch(playwright, MAP)
        yield running
        running.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("plain")) as server:
        yield server


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("secure")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    issued = trustme.CA().issue_cert(NAME)
    issued.private_key_pem.write_to_path(str(key))
    for part in issued.cert_chain_pems:
        part.write_to_path(str(certificate), append=True)
    with serving(folder, "--tls-certificate", str(certificate), "--tls-key", str(key)) as server:
        yield server


def at(server: Server, path: str, scheme: str = "http") -> str:
    return f"{scheme}://{NAME}:{server.port}{path}"


def send(server: Server, role: str, path: str, body: dict[str, Any], scheme: str = "http") -> dict[str, Any]:
    """A device's command; the certificate is for the name, and devices are not what is tried here."""
    headers = {"Authorization": f"Bearer {server.seeded.tokens[role]}", "Idempotency-Key": uuid.uuid4().hex}
    url = f"{scheme}://127.0.0.1:{server.port}/api/v1{path}"
    answer = httpx.post(url, json=body, headers=headers, verify=False)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def account(server: Server) -> dict[str, str]:
    return next(item for item in server.seeded.accounts if item["role"] == "desk")


def signed_in(screens: Screens, server: Server, room: str) -> Page:
    page = screens.open(at(server, f"/console?room={room}", "https"), CONSOLE, ignore_https_errors=True)
    sign_in(page, account(server))
    return page


def test_the_board_shows_a_call_over_plain_http(plain: Server, screens: Screens) -> None:
    board = screens.open(at(plain, "/board/sanh"), BOARD)
    assert board.evaluate("isSecureContext") is False
    expect(board.locator("#area")).to_have_text("Sảnh chính")
    number = send(plain, "kiosk", "/tickets", {"service": "noi"})["number"]
    send(plain, "console", "/rooms/p1/call-next", {"previous": "finish"})
    expect(board.locator(".panel-number")).to_have_text(number)
    screens.picture(board, "host-board")


def test_the_patients_page_follows_over_plain_http(plain: Server, screens: Screens) -> None:
    ticket = send(plain, "kiosk", "/tickets", {"service": "ngoai"})
    phone = screens.open(at(plain, f"/t/{ticket['token']}"), PHONE)
    expect(phone.locator(".ticket-number")).to_have_text(ticket["number"])
    send(plain, "console", "/rooms/p4/call-next", {"previous": "finish"})
    expect(phone.locator(".now-room")).to_have_text("Phòng 4")


def test_the_console_over_plain_http_says_that_it_needs_https(plain: Server, screens: Screens) -> None:
    page = screens.open(at(plain, "/console?room=p1"), CONSOLE)
    expect(page.locator("sign-in h2")).to_have_text("Cần mở bằng https")
    expect(page.locator("sign-in a.primary")).to_have_attribute("href", at(plain, "/console?room=p1", "https"))
    assert page.locator("input[type=password]").count() == 0
    screens.picture(page, "host-console-http")


def test_nobody_signs_in_over_plain_http_by_name_and_on_the_machine_itself_somebody_does(plain: Server) -> None:
    given = {name: account(plain)[name] for name in ("login", "password")}
    url = f"{plain.url}/api/v1/session"
    refused = httpx.post(url, json=given, headers={"Host": f"{NAME}:{plain.port}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "needs_https")
    assert "set-cookie" not in refused.headers
    assert httpx.post(url, json=given).status_code == 200


def test_the_console_works_over_https_with_a_host_cookie(secure: Server, screens: Screens) -> None:
    page = signed_in(screens, secure, "p1")
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-luot", True, True)
    assert cookie["sameSite"] == "Strict"
    number = send(secure, "kiosk", "/tickets", {"service": "noi"}, "https")["number"]
    expect(page.locator(f".rows li:has-text('{number}')")).to_be_visible()
    call_next(page)
    expect(page.locator("current-patient .number")).to_have_text(number)
    screens.picture(page, "host-console-https")


def test_two_desks_over_https_show_the_same_at_once(secure: Server, screens: Screens) -> None:
    first, second = signed_in(screens, secure, "p4"), signed_in(screens, secure, "p5")
    number = send(secure, "kiosk", "/tickets", {"service": "ngoai"}, "https")["number"]
    for page in (first, second):
        expect(page.locator(f".rows li:has-text('{number}')")).to_be_visible()
    call_next(first)
    expect(second.locator(f".rows li:has-text('{number}')")).to_have_count(0)
    expect(first.locator("current-patient .number")).to_have_text(number)
    expect(second.locator("current-patient .number")).to_have_count(0)


def test_a_page_that_signed_out_sees_nothing_more(secure: Server, screens: Screens) -> None:
    page = signed_in(screens, secure, "p9")
    page.locator("desk-header").get_by_text("Đăng xuất").click()
    expect(page.locator("input[name=password]")).to_be_visible()
    assert page.context.cookies() == []

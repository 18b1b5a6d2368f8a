"""Signing in: over https or on the machine itself, ten tries in five minutes, ended at once when it should be."""

import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest

from server.actions.staff import create_staff
from tests.server.running import PASSWORD, Running, post, running

SESSION = "/api/v1/session"


@pytest.fixture
def browser(server: Running) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def sign_in(browser: httpx.Client, login: str = "desk", password: str = PASSWORD, **headers: str) -> httpx.Response:
    return browser.post(SESSION, json={"login": login, "password": password}, headers=headers)


def test_who_signs_in_is_known_by_the_cookie(browser: httpx.Client) -> None:
    assert sign_in(browser, "limited").status_code == 200
    assert browser.get(SESSION).json() == {"login": "limited", "role": "desk", "rooms": ["p1"]}


def test_the_cookie_is_for_this_origin_and_no_script(browser: httpx.Client) -> None:
    cookie = sign_in(browser).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_login_is_the_same_in_capitals_and_with_blanks(server: Running, browser: httpx.Client) -> None:
    hashes = server.rows("SELECT password_hash FROM staff WHERE login = 'desk'")[0]["password_hash"]
    server.run(lambda tx: create_staff(tx, "Lan.Anh", hashes, "desk"))
    assert sign_in(browser, " lan.ANH ").json()["login"] == "lan.anh"


def test_who_signs_out_is_a_stranger(browser: httpx.Client) -> None:
    sign_in(browser)
    assert browser.delete(SESSION).status_code == 204
    assert browser.get(SESSION).status_code == 401


def test_a_kept_cookie_is_worth_nothing_after_signing_out(server: Running, browser: httpx.Client) -> None:
    sign_in(browser)
    kept = browser.cookies["luot"]
    browser.delete(SESSION)
    answer = httpx.get(f"{server.url}{SESSION}", headers={"Cookie": f"luot={kept}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(("login", "password"), [("desk", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(browser: httpx.Client, login: str, password: str) -> None:
    answer = sign_in(browser, login, password)
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_password")
    assert "set-cookie" not in answer.headers


def test_ten_wrong_tries_close_the_login_for_five_minutes(server: Running, browser: httpx.Client) -> None:
    with patch("server.http.sessions._is_right", _never):
        codes = [sign_in(browser, "viewer", "wrong").json()["code"] for _ in range(11)]
    assert codes == ["wrong_password"] * 10 + ["too_many_tries"]
    answer = sign_in(browser, "viewer")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    with patch("server.clock.monotonic", lambda: _later(301)):
        assert sign_in(browser, "viewer").status_code == 200


async def _never(password: str, password_hash: str | None) -> bool:
    return False


def _later(seconds: float) -> float:

    return time.monotonic() + seconds


def test_a_login_form_of_another_page_is_refused(browser: httpx.Client) -> None:
    answer = sign_in(browser, Origin="https://evil.example")
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


def test_over_plain_http_on_the_lan_nobody_signs_in(browser: httpx.Client) -> None:
    answer = sign_in(browser, Host="luot.benh-vien.lan")
    assert (answer.status_code, answer.json()["code"]) == (403, "needs_https")


def test_a_loopback_cookie_is_not_taken_on_the_lan(server: Running, browser: httpx.Client) -> None:
    cookie = {"Cookie": f"luot={server.cookie('desk')}", "Host": "luot.benh-vien.lan"}
    assert browser.get(SESSION, headers=cookie).status_code == 401


def test_our_own_page_may_use_the_cookie(server: Running) -> None:
    with server.client("reception") as browser:
        assert post(browser, "/tickets", {"service": "noi"}, Origin=server.url).status_code == 201


def test_a_session_ends_after_its_hours(server: Running) -> None:
    with server.client("lead") as browser:
        assert browser.get(SESSION).status_code == 200
        end_ms = server.rows("SELECT max(expires_at) AS ends FROM staff_session")[0]["ends"]
        with patch("server.clock.now_ms", lambda: end_ms + 1):
            assert browser.get(SESSION).status_code == 401


def test_only_the_named_hosts_are_answered(tmp_path: Path) -> None:
    with running(tmp_path, trusted_hosts=["luot.benh-vien.lan"]) as server, server.client() as client:
        assert client.get("/api/v1/hospital", headers={"Host": "luot.benh-vien.lan:8000"}).status_code == 200
        assert client.get("/api/v1/hospital", headers={"Host": "evil.example"}).status_code == 404

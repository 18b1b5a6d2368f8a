"""The demo as a visitor meets it: one command, real processes, plain sentences for what can go wrong."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.system.processes import ROOT, Demo, until

STOP_LIMIT_S: Final = 10.0
KEYS: Final = {
    "base_url", "start_url", "kiosk_url", "display_url", "console_url", "printer_url", "devices", "staff", "services",
    "rooms", "areas", "printer_output", "speech_output",
}  # fmt: skip


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo started the way `make demo` starts it, for the tests that end it or one of its programs."""
    command = ["make", "--no-print-directory", "-o", ".venv/.run", "demo"]
    data = tmp_path_factory.mktemp("own") / "data"
    running = Demo(data, command=command, environment={"LANG": None, "LC_ALL": None})
    running.arguments = [*command, f"DATA={data}", "PORT=0"]
    running.start()
    try:
        running.wait_ready()
        yield running
    finally:
        running.kill()


def bearer(document: dict[str, Any], role: str, key: str = "") -> dict[str, str]:
    found = {"Authorization": f"Bearer {document['devices'][role]['token']}"}
    return {**found, "Idempotency-Key": key} if key else found


def issue(document: dict[str, Any], key: str, service: str = "noi") -> dict[str, Any]:
    answer = httpx.post(
        f"{document['base_url']}/api/v1/tickets", json={"service": service}, headers=bearer(document, "kiosk", key)
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def waiting(document: dict[str, Any], queue: str = "noi") -> list[str]:
    url = f"{document['base_url']}/api/v1/queues/{queue}/entries"
    return [entry["number"] for entry in httpx.get(url, headers=bearer(document, "console")).json()["entries"]]


def refused(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `luot-server` to an end that comes by itself, in English."""
    environment = {**os.environ, "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "server", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


def assert_one_sentence(ended: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert ended.returncode not in (0, None)
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, ended.stderr
    for part in parts:
        assert part in lines[0]


def test_demo_json_has_every_key_and_every_address_answers(demo: Demo) -> None:
    document = demo.document
    assert set(document) == KEYS
    assert set(document["devices"]) == {"kiosk", "display", "speaker", "console"}
    assert all(set(account) == {"login", "password", "role"} for account in document["staff"])
    for name in ("start_url", "kiosk_url", "display_url", "console_url", "printer_url"):
        answer = httpx.get(document[name], follow_redirects=True)
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html"), name
    assert httpx.get(f"{document['base_url']}/readyz").status_code == 200
    assert Path(document["printer_output"]).is_dir()
    assert Path(document["speech_output"]).is_dir()


def test_the_lists_of_demo_json_are_the_hospitals_codes(demo: Demo) -> None:
    document = demo.document
    hospital = httpx.get(f"{document['base_url']}/api/v1/hospital").json()
    offered = [service for service in hospital["services"] if service["at_kiosk"]]
    for name, found in (("services", offered), ("rooms", hospital["rooms"]), ("areas", hospital["areas"])):
        assert document[name] == [item["code"] for item in found], name


def test_each_account_of_demo_json_signs_in(demo: Demo) -> None:
    document = demo.document
    for account in document["staff"]:
        with httpx.Client(base_url=f"{document['base_url']}/api/v1") as browser:
            signed_in = browser.post("/session", json={name: account[name] for name in ("login", "password")})
            assert signed_in.status_code == 200, signed_in.text
            assert browser.get("/session").json()["role"] == account["role"]


def test_every_program_is_a_process_of_its_own(demo: Demo) -> None:
    programs = demo.family().values()
    for part in ("printer virtual", "server serve", "kiosk --server", "display board", "display speaker"):
        assert sum(f"-m {part}" in command for command in programs) == 1, part


def test_no_secret_stands_on_a_command_line(demo: Demo) -> None:
    tokens = [device["token"] for device in demo.document["devices"].values()]
    commands = " ".join(demo.family().values())
    assert not any(token in commands for token in tokens)


def test_a_killed_server_comes_back_with_its_tickets(own: Demo) -> None:
    document = own.document
    number = issue(document, "before-the-fall")["number"]
    before = own.member("server serve")
    os.kill(before, signal.SIGKILL)
    until(lambda: _answers(document), 30, "the server answers again")
    assert own.member("server serve") != before
    assert number in waiting(document)
    assert issue(document, "before-the-fall")["number"] == number


@pytest.mark.parametrize("part", ["printer virtual", "kiosk --server", "display board"])
def test_a_killed_program_comes_back_at_its_address(own: Demo, part: str) -> None:
    document = own.document
    address = {"printer virtual": "printer_url", "kiosk --server": "kiosk_url", "display board": "display_url"}[part]
    os.kill(own.member(part), signal.SIGKILL)
    until(lambda: not _answers(document, address), 5, "it is gone")
    until(lambda: _answers(document, address), 30, f"{part} answers again")


def test_after_its_death_the_printer_prints_again(own: Demo) -> None:
    document = own.document
    papers = Path(document["printer_output"])
    os.kill(own.member("printer virtual"), signal.SIGKILL)
    until(lambda: _answers(document, "printer_url"), 30, "the printer answers again")
    before = len(list(papers.glob("*.png")))
    tap = {"key": "after-the-printer", "service": "noi", "language": "vi"}
    assert httpx.post(f"{document['kiosk_url']}api/kiosk/tap", json=tap).status_code == 202
    until(lambda: len(list(papers.glob("*.png"))) > before, 20, "a slip")


def test_ctrl_c_stops_everything_and_a_second_start_keeps_the_tickets(own: Demo) -> None:
    number = issue(own.document, "over-night")["number"]
    started_s = time.monotonic()
    own.press_ctrl_c()
    until(lambda: not own.family(), STOP_LIMIT_S, f"no process is left: {own.family()}")
    assert time.monotonic() - started_s < STOP_LIMIT_S
    assert "Traceback" not in own.errors
    again = Demo(own.data)
    again.start()
    try:
        until(lambda: not (own.data / "demo.json").exists(), 30, "the old demo.json is gone")
        document = again.wait_ready()
        assert all(_answers(document, name) for name in ("base_url", "kiosk_url", "display_url", "printer_url"))
        assert number in waiting(document)
    finally:
        again.kill()


def test_ctrl_c_while_starting_leaves_nothing_behind(tmp_path: Path) -> None:
    early = Demo(tmp_path / "data")
    early.start()
    try:
        until(lambda: any("server serve" in command for command in early.family().values()), 60, "the server starts")
        early.press_ctrl_c()
        until(lambda: not early.family(), STOP_LIMIT_S, "no process is left")
        assert not (early.data / "demo.json").exists()
        assert "Traceback" not in early.errors
    finally:
        early.kill()


def test_patients_come_and_are_called(tmp_path: Path) -> None:
    lively = Demo(tmp_path / "data", "--patients", "10", "--speed", "60")
    lively.start()
    try:
        lively.wait_ready()
        database = sqlite3.connect(f"file:{lively.data / 'luot.db'}?mode=ro", uri=True)
        until(lambda: database.execute("SELECT count(*) FROM ticket").fetchone()[0] == 10, 30, "ten tickets")
        until(lambda: database.execute("SELECT count(*) FROM call").fetchone()[0] >= 10, 30, "ten calls")
        database.close()
    finally:
        lively.kill()


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = refused("demo", "--data", str(tmp_path / "data"), "--port", port)
    assert_one_sentence(ended, port, "--port")
    assert not (tmp_path / "data" / "demo.json").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for data in (tmp_path / "file" / "below", tmp_path / "file"):
        assert_one_sentence(refused("demo", "--data", str(data), "--port", "0"), str(data), "--data")


def test_an_unknown_hospital_is_one_sentence(tmp_path: Path) -> None:
    ended = refused("demo", "--data", str(tmp_path / "data"), "--port", "0", "--hospital", "nowhere")
    assert_one_sentence(ended, "nowhere", "provincial")


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_newer_data_are_one_sentence_and_stay_as_they_are(tmp_path: Path, command: str) -> None:
    assert refused("init", "server/hospitals/provincial.toml", "--data", str(tmp_path)).returncode == 0
    database = sqlite3.connect(tmp_path / "luot.db")
    with database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = list(database.iterdump())
    assert_one_sentence(refused(command, "--data", str(tmp_path), "--port", "0"), "9999", "newer")
    assert list(database.iterdump()) == before
    database.close()


def test_an_old_demo_json_is_gone_when_the_demo_cannot_start(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{}")
    refused("demo", "--data", str(tmp_path), "--port", "0", "--hospital", "nowhere")
    assert not (tmp_path / "demo.json").exists()


def test_a_second_demo_on_the_same_data_leaves_the_first_one_alone(demo: Demo) -> None:
    before = (demo.data / "demo.json").read_text()
    assert_one_sentence(refused("demo", "--data", str(demo.data), "--port", "0"), str(demo.data), "--data")
    assert (demo.data / "demo.json").read_text() == before


def _answers(document: dict[str, Any], address: str = "base_url") -> bool:
    path = "/readyz" if address == "base_url" else ""
    try:
        return httpx.get(document[address] + path, timeout=2.0).status_code == 200
    except httpx.HTTPError:
        return False

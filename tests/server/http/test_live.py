"""The live socket by a plain client, from the document alone: who sees what, which code closes, what is resumed."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

from server.actions.devices import revoke_device
from server.actions.staff import create_staff
from tests.server.running import Running, post

Message = dict[str, Any]


@contextmanager
def opened(server: Running, role: str | None, **headers: str) -> Iterator[ClientConnection]:
    """A socket of a device, of a signed-in member of staff, or of a page without sign-in."""
    if role in server.tokens:
        headers.update(server.bearer(role))
    elif role is not None:
        headers["Cookie"] = f"luot={server.cookie(role)}"
    url = f"{server.url.replace('http', 'ws')}/api/v1/live"
    with connect(url, additional_headers=headers, compression=None) as live:
        yield live


def hello(live: ClientConnection, *topics: str, **values: Any) -> None:
    live.send(json.dumps({"t": "hello", "proto": [1], "topics": list(topics), **values}))


def read(live: ClientConnection, kind: str, within_s: float = 5) -> Message:
    """The next message of *kind*; others in between are passed over."""
    ends_s = time.monotonic() + within_s
    while True:
        message: Message = json.loads(live.recv(timeout=max(0.01, ends_s - time.monotonic())))
        if message["t"] == kind:
            return message


def snapshot_of(server: Running, role: str | None, *topics: str) -> dict[str, Any]:
    with opened(server, role) as live:
        hello(live, *topics)
        state: dict[str, Any] = read(live, "snapshot")["state"]
        return state


def close_code(live: ClientConnection, within_s: float = 5) -> int | None:
    """How the server closes; the bye before it must carry the same code."""
    bye: Message = {}
    ends_s = time.monotonic() + within_s
    try:
        while time.monotonic() < ends_s:
            message = json.loads(live.recv(timeout=ends_s - time.monotonic()))
            bye = message if message["t"] == "bye" else bye
    except ConnectionClosed as closed:
        code = closed.rcvd.code if closed.rcvd else None
        assert bye.get("code") == code
        return code
    return None


def issue(server: Running, service: str = "noi") -> Message:
    with server.client("kiosk") as kiosk:
        ticket: Message = post(kiosk, "/tickets", {"service": service}).json()
        return ticket


def call(server: Running, room: str = "p1") -> Message:
    issue(server)
    with server.client("console") as console:
        answer: Message = post(console, f"/rooms/{room}/call-next", {"previous": "finish"}).json()
        return answer


# Codes that close


@pytest.mark.parametrize("text", ["", "{", "[]", '"hello"', '{"t":"position","seq":1}', '{"t":"hello"}', "[" * 60_000])
def test_what_is_no_hello_closes_as_malformed(server: Running, text: str) -> None:
    with opened(server, "display") as live:
        live.send(text)
        assert close_code(live) == 4000


def test_a_binary_frame_closes_as_malformed(server: Running) -> None:
    with opened(server, "display") as live:
        live.send(b"\x00")
        assert close_code(live) == 4000


def test_another_protocol_closes_as_malformed(server: Running) -> None:
    with opened(server, "display") as live:
        hello(live, "area:sanh", proto=[2])
        assert close_code(live) == 4000


def test_a_second_hello_closes(server: Running) -> None:
    with opened(server, "display") as live:
        hello(live, "area:sanh")
        hello(live, "area:sanh")
        assert close_code(live) == 4004


@pytest.mark.parametrize(
    ("role", "topic"),
    [
        ("display", "room:p1"), ("speaker", "devices"), ("kiosk", "area:sanh"), (None, "room:p1"), (None, "devices"),
        (None, "ticket:AAAAAAAAAAAAAAAA"), ("console", "ticket:AAAAAAAAAAAAAAAA"), ("limited", "room:p2"),
    ],
)  # fmt: skip
def test_a_topic_without_the_right_closes(server: Running, role: str | None, topic: str) -> None:
    with opened(server, role) as live:
        hello(live, topic)
        assert close_code(live) == 4003


def test_a_phone_may_not_follow_a_second_ticket(server: Running) -> None:
    first, second = issue(server), issue(server)
    with opened(server, None) as live:
        hello(live, f"ticket:{first['token']}", f"ticket:{second['token']}")
        assert close_code(live) == 4003


def test_who_says_no_hello_is_closed(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.live.session.HELLO_LIMIT_S", 0.1)
    monkeypatch.setattr("server.http.live.TICK_S", 0.05)
    with opened(server, "display") as live:
        assert close_code(live) == 4002


def test_who_falls_silent_is_closed(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.live.session.SILENT_S", 0.2)
    monkeypatch.setattr("server.http.live.TICK_S", 0.05)
    with opened(server, "display") as live:
        hello(live, "area:sanh")
        assert close_code(live) == 4005


def test_who_reports_its_position_stays(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.live.session.SILENT_S", 0.3)
    monkeypatch.setattr("server.http.live.TICK_S", 0.05)
    with opened(server, "display") as live:
        hello(live, "area:sanh")
        for _ in range(6):
            time.sleep(0.1)
            live.send('{"t":"position","seq":1}')
        live.send('{"t":"of-a-later-protocol"}')
        call(server)
        assert read(live, "event")["kind"] == "ticket.called"


def test_a_wrong_token_gets_no_socket(server: Running) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(server, None, Authorization="Bearer wrong"):
        pass
    assert refused.value.response.status_code == 403


def test_a_foreign_page_gets_no_socket(server: Running) -> None:
    with pytest.raises(InvalidStatus), opened(server, "desk", Origin="https://evil.example"):
        pass


def test_a_revoked_device_loses_its_socket_within_a_second(server: Running) -> None:
    with opened(server, "second-speaker") as live:
        hello(live, "area:sanh")
        read(live, "snapshot")
        server.run(lambda tx: revoke_device(tx, server.device("second-speaker")))
        assert close_code(live, 1) == 4001


def test_a_device_that_is_revoked_before_its_hello_gets_nothing(server: Running) -> None:
    with opened(server, "second-kiosk") as live:
        server.run(lambda tx: revoke_device(tx, server.device("second-kiosk")))
        hello(live, "devices")
        assert close_code(live, 1) == 4001


def test_who_signs_out_loses_the_socket_at_once(server: Running) -> None:
    cookie = {"Cookie": f"luot={server.cookie('viewer')}"}
    with opened(server, "viewer") as live:
        hello(live, "room:p1")
        httpx.delete(f"{server.url}/api/v1/session", headers=cookie)
        assert close_code(live, 1) == 4001


def test_who_may_do_less_since_loses_the_socket_within_a_second(server: Running) -> None:
    secret = server.rows("SELECT password_hash FROM staff WHERE login = 'lead'")[0]["password_hash"]
    with opened(server, "lead") as live:
        hello(live, "room:p1")
        server.run(lambda tx: create_staff(tx, "lead", secret, "desk", ["p2"]))
        assert close_code(live, 2) == 4001


# Order, gaps and resuming


def test_a_client_that_was_away_resumes_with_what_it_missed(server: Running) -> None:
    call(server)
    with opened(server, "display") as live:
        hello(live, "area:sanh")
        welcome = read(live, "welcome")
        seq = read(live, "snapshot")["seq"]
    first, second = call(server), call(server, "p2")
    with opened(server, "display") as live:
        hello(live, "area:sanh", epoch=welcome["epoch"], seq=seq)
        assert read(live, "welcome")["mode"] == "resume"
        called: list[str] = []
        while len(called) < 2:
            event = read(live, "event")
            assert event["prev"] == seq
            seq = event["seq"]
            called += [item["number"] for item in event["body"]["set"].get("calls", {}).values() if item]
    assert set(called) >= {second["call"]["number"]} | {first["call"]["number"]}


@pytest.mark.parametrize(
    "place", [{"epoch": "other", "seq": 1}, {"seq": 10**9}, {"seq": 0}], ids=["epoch", "ahead", "old"]
)
def test_who_cannot_resume_gets_a_snapshot(server: Running, place: dict[str, Any]) -> None:
    with opened(server, "display") as live:
        hello(live, "area:sanh", **{"epoch": server.house.hub.epoch, **place})
        assert read(live, "welcome")["mode"] == "snapshot"
        assert read(live, "snapshot")["state"]["areas"]


def test_the_heartbeat_carries_the_head_of_the_log(server: Running) -> None:
    with opened(server, "kiosk") as live:
        hello(live, "devices")
        seq = read(live, "snapshot")["seq"]
        issue(server)
        beat = read(live, "heartbeat")
    assert (beat["prev"], beat["seq"]) == (seq, server.head)


def test_polling_gives_the_messages_that_a_hello_gets(server: Running) -> None:
    with opened(server, "display") as live:
        hello(live, "area:sanh")
        by_socket = [json.loads(live.recv()) for _ in range(2)]
    with server.client("display") as display:
        by_poll = display.get("/api/v1/live/state", params={"topics": "area:sanh"}).json()[:2]
    assert [item["t"] for item in by_poll] == ["welcome", "snapshot"]
    assert by_poll[1] == by_socket[1]


def test_polling_resumes_as_the_socket_does(server: Running) -> None:
    with server.client("display") as display:
        place = {"topics": "area:sanh", "epoch": server.house.hub.epoch}
        seq = display.get("/api/v1/live/state", params=place).json()[0]["seq"]
        call(server)
        messages = display.get("/api/v1/live/state", params={**place, "seq": seq}).json()
    assert (messages[0]["mode"], messages[1]["prev"]) == ("resume", seq)


def test_a_screen_that_stops_reading_is_let_go_and_stops_nobody(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.http.live.SEND_LIMIT_S", 0.2)
    with stuck_screen(server, "area:lau-2"), opened(server, "display") as quick:
        hello(quick, "area:sanh")
        read(quick, "snapshot")
        assert _is_let_go(server, "area:lau-2")
        call(server)
        assert read(quick, "event")["body"]["set"]["calls"]


@contextmanager
def stuck_screen(server: Running, topic: str) -> Iterator[None]:
    """A board that said hello and reads nothing any more, such as a television that has crashed."""
    protocol = ClientProtocol(parse_uri(f"ws://127.0.0.1:{server.port}/api/v1/live"))
    protocol.send_request(protocol.connect())
    with socket.create_connection(("127.0.0.1", server.port)) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.sendall(b"".join(protocol.data_to_send()))
        protocol.receive_data(stuck.recv(4096))
        protocol.send_text(json.dumps({"t": "hello", "proto": [1], "topics": [topic]}).encode())
        stuck.sendall(b"".join(protocol.data_to_send()))
        yield


def _is_let_go(server: Running, channel: str, within_s: float = 8) -> bool:
    """Flood the only follower of *channel* until it is gone."""
    hub, ends_s = server.house.hub, time.monotonic() + within_s
    body = {"flood": {"x": "y" * 200_000}}
    while time.monotonic() < ends_s and not hub.followers(channel, "display"):
        time.sleep(0.01)
    while time.monotonic() < ends_s:
        if not hub.followers(channel, "display"):
            server.in_loop(lambda: hub.drop_overlay("flood"))
            return True
        server.in_loop(lambda: hub.set_overlay([channel], "flood", lambda audience: body))
    return False


# Who sees what


def test_a_board_without_sign_in_sees_calls_and_nothing_behind_them(server: Running) -> None:
    called = call(server)["call"]
    state = snapshot_of(server, None, "area:sanh")
    assert state["calls"][called["id"]]["number"] == called["number"]
    assert set(state) <= {"areas", "rooms", "calls", "announcements"}
    assert not {"entry", "ticket", "class"} & set(state["calls"][called["id"]])


def test_a_phone_sees_its_own_ticket_and_no_other(server: Running) -> None:
    mine = issue(server)
    issue(server)
    state = snapshot_of(server, None, f"ticket:{mine['token']}")
    assert set(state["tickets"]) == {mine["id"]}
    assert set(state["tickets"][mine["id"]]) == {"number", "state", "service", "issued_at"}
    assert len(state["entries"]) == 1
    assert not {"class", "rank", "ticket", "number"} & set(*state["entries"].values())


def test_a_kiosk_sees_its_own_jobs_and_no_other(server: Running) -> None:
    ticket = issue(server)
    with server.client("reception") as desk:
        job = post(desk, f"/tickets/{ticket['id']}/reprint", {"device": str(server.device("kiosk"))}).json()["job"]
    assert set(snapshot_of(server, "kiosk", "devices")["jobs"]) == {job}
    with server.client("kiosk") as kiosk:
        post(kiosk, f"/tickets/{ticket['id']}/print-outcome", {"outcome": "confirmed"})
    assert "jobs" not in snapshot_of(server, "kiosk", "devices")


def test_no_token_is_ever_in_a_frame(server: Running) -> None:
    tickets = [issue(server) for _ in range(3)]
    frames = ""
    with opened(server, "console") as console, opened(server, None) as phone:
        hello(console, "room:p1", "area:sanh", "devices")
        hello(phone, f"ticket:{tickets[0]['token']}")
        call(server)
        for live in (console, phone):
            frames += str(live.recv())
            frames += json.dumps(read(live, "snapshot"))
        frames += json.dumps(read(console, "event"))
    secrets = [ticket["token"] for ticket in tickets] + list(server.tokens.values())
    assert not [secret for secret in secrets if secret in frames]

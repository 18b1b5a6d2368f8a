"""The server's end of one conversation: what may come first, who may name what, and when silence ends it."""

import json
from typing import Any

import pytest

from server.live.messages import UP_BYTES_MAX, Announced, Position
from server.live.session import HELLO_LIMIT_S, SILENT_PAGE_S, SILENT_S, Close, Join, Session

T0 = 100.0


def session(role: str = "display", *, is_page: bool = False, rooms: frozenset[str] | None = None) -> Session:
    return Session(role, T0, is_page=is_page, rooms=rooms)


def hello(*topics: str, **values: Any) -> str:
    return json.dumps({"t": "hello", "proto": [1], "topics": list(topics), **values})


def joined(role: str = "display", **how: Any) -> Session:
    found = session(role, **how)
    topic = {"speaker": "area:sanh", "display": "area:sanh", "console": "devices", "kiosk": "devices"}[role]
    assert isinstance(found.hear(hello(topic), T0), Join)
    return found


def test_a_hello_in_order_joins() -> None:
    said = session().hear(hello("area:sanh", epoch="e", seq=4), T0)
    assert isinstance(said, Join)
    assert (said.hello.epoch, said.hello.seq, said.hello.topics) == ("e", 4, ["area:sanh"])


def test_a_hello_that_offers_ours_among_others_joins() -> None:
    assert isinstance(session().hear(hello("area:sanh", proto=[3, 2, 1]), T0), Join)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "7", '"x"', "{}", '{"t":7}', '{"t":"position","seq":1}', '{"t":"later"}', hello(), hello("nonsense"),
        hello("area:a b"), hello("area:sanh", seq="4"), hello("area:sanh", proto=[2]), hello(*["area:sanh"] * 41),
        hello("area:" + "x" * UP_BYTES_MAX),
    ],
)  # fmt: skip
def test_anything_but_a_good_hello_is_malformed(text: str) -> None:
    assert session().hear(text, T0) == Close(4000)


@pytest.mark.parametrize(
    ("role", "topic"),
    [
        ("display", "room:p1"), ("board", "devices"), ("speaker", "queue:noi"), ("kiosk", "room:p1"),
        ("phone", "area:sanh"), ("console", "ticket:abc"), ("nobody", "area:sanh"),
    ],
)  # fmt: skip
def test_a_role_may_not_name_what_is_not_its_own(role: str, topic: str) -> None:
    assert session(role).hear(hello(topic), T0) == Close(4003)


def test_one_foreign_topic_spoils_the_hello() -> None:
    assert session("console").hear(hello("room:p1", "ticket:abc"), T0) == Close(4003)


def test_an_account_of_one_room_may_follow_that_room_only() -> None:
    rooms = frozenset({"p1"})
    assert isinstance(session("console", rooms=rooms).hear(hello("room:p1"), T0), Join)
    assert session("console", rooms=rooms).hear(hello("room:p2"), T0) == Close(4003)


def test_a_second_hello_closes() -> None:
    assert joined().hear(hello("area:sanh"), T0) == Close(4004)


def test_a_message_of_a_later_protocol_is_ignored() -> None:
    assert joined().hear('{"t":"wave","x":1}', T0) is None


def test_a_position_is_passed_on() -> None:
    assert joined().hear('{"t":"position","seq":7}', T0) == Position(t="position", seq=7)


def test_only_a_speaker_reports_announcements() -> None:
    report = '{"t":"announced","id":"a","state":"done"}'
    assert joined("speaker").hear(report, T0) == Announced(t="announced", id="a", state="done")
    assert joined("display").hear(report, T0) == Close(4000)


def test_no_hello_in_time_closes_and_one_in_time_does_not() -> None:
    waiting = session()
    assert waiting.tick(T0 + HELLO_LIMIT_S) is None
    assert waiting.tick(T0 + HELLO_LIMIT_S + 0.1) == Close(4002)
    assert joined().tick(T0 + HELLO_LIMIT_S + 0.1) is None


@pytest.mark.parametrize(("is_page", "limit_s"), [(False, SILENT_S), (True, SILENT_PAGE_S)])
def test_silence_closes_a_hidden_page_later_than_an_agent(is_page: bool, limit_s: float) -> None:
    silent = joined(is_page=is_page)
    assert silent.tick(T0 + limit_s) is None
    assert silent.tick(T0 + limit_s + 0.1) == Close(4005)


def test_whatever_is_heard_breaks_the_silence() -> None:
    talking = joined()
    talking.hear('{"t":"position","seq":1}', T0 + 15)
    assert talking.tick(T0 + 15 + SILENT_S) is None

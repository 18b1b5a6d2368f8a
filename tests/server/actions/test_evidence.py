"""Evidence for an assessor: what the log alone tells of a morning equals what the rows tell."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from server.actions import call, issue, journey
from server.actions.undo import undo
from server.records.transaction import Actor
from server.records.writer import Writer
from tests.server.small_hospital import Clock

KIOSK = Actor("device", 1, "kiosk")
NURSE = Actor("staff", 7, "desk")


@dataclass(frozen=True)
class Told:
    """One event of the log."""

    ts: int
    kind: str
    facts: dict[str, Any]
    rows: dict[str, dict[str, Any]]


def read_log(writer: Writer) -> list[Told]:
    rows = writer.database.open_rows()
    found = rows.all("SELECT ts, kind, body FROM event ORDER BY seq")
    rows.close()
    return [Told(row["ts"], row["kind"], **json.loads(row["body"])) for row in found]


def read_rows(writer: Writer, sql: str) -> list[dict[str, Any]]:
    rows = writer.database.open_rows()
    found = rows.all(sql)
    rows.close()
    return found


@pytest.fixture
def morning(writer: Writer, still: Clock) -> Writer:
    """Eight patients, three classes, two purposes; one called out of turn, one missed, one call taken back."""

    def issued(service: str, priority_class: str = "normal") -> int:
        still.pass_s(40)
        asked = issue.IssueRequest(service, priority_class)
        return int(writer.run_now(lambda tx: issue.issue_ticket(tx, asked), KIOSK)["id"])

    def act(action: Any) -> Any:
        still.pass_s(90)
        return writer.run_now(action, NURSE)

    for service, priority_class in (
        ("noi", "normal"), ("noi", "pregnant"), ("noi", "normal"), ("noi", "age_75"), ("noi", "normal"),
        ("thuoc", "normal"), ("thuoc", "pregnant"), ("nhi", "normal"),
    ):  # fmt: skip
        last = issued(service, priority_class)
    act(lambda tx: call.call_next(tx, "p1"))
    act(lambda tx: call.start(tx, "p1"))
    act(lambda tx: call.finish(tx, "p1", ["thu-ngan"]))
    entry = read_rows(writer, "SELECT id FROM entry WHERE label = 'A005'")[0]["id"]
    act(lambda tx: call.call_chosen(tx, "p1", entry, "wheelchair", None))
    act(lambda tx: call.call_next(tx, "p1", "missed"))
    act(lambda tx: call.recall(tx, "p1"))
    act(lambda tx: call.call_next(tx, "nt"))
    act(lambda tx: undo(tx, "nt"))
    of_child = read_rows(writer, f"SELECT id FROM entry WHERE ticket = {last}")[0]["id"]
    act(lambda tx: journey.set_class(tx, of_child, "child_u6", "card_seen"))
    return writer


def undone_calls(log: list[Told]) -> set[int]:
    rows = [row for told in log for row in told.rows.get("calls", {}).values()]
    return {row["id"] for row in rows if row["state"] == "undone"}


def test_waits_follow_from_the_log(morning: Writer) -> None:
    log = read_log(morning)
    undone = undone_calls(log)
    waits = [
        told.ts - told.facts["arrived_at"]
        for told in log
        if told.kind == "ticket.called" and told.facts["attempt"] == 1 and told.facts["call"] not in undone
    ]
    rows = read_rows(
        morning,
        "SELECT called_at - arrived_at AS wait FROM call JOIN entry ON entry.id = call.entry"
        " WHERE call.attempt = 1 AND call.state <> 'undone' ORDER BY call.id",
    )
    assert len(waits) == 3
    assert waits == [row["wait"] for row in rows]


def test_calls_out_of_turn_follow_from_the_log_with_who_and_why(morning: Writer) -> None:
    told = [
        (told.facts["number"], told.facts["room"], told.facts["by"], told.facts["reason_facts"]["reason"])
        for told in read_log(morning)
        if told.kind == "ticket.called" and told.facts["is_out_of_turn"]
    ]
    rows = read_rows(morning, "SELECT label, room, staff, reason_facts FROM call WHERE out_of_turn = 1")
    assert told == [("A005", "p1", "staff:7", "wheelchair")]
    assert told == [
        (row["label"], row["room"], f"staff:{row['staff']}", json.loads(row["reason_facts"])["reason"]) for row in rows
    ]


def test_missed_calls_follow_from_the_log(morning: Writer) -> None:
    told = [(told.facts["number"], told.facts["room"]) for told in read_log(morning) if told.kind == "ticket.missed"]
    rows = read_rows(morning, "SELECT label, room FROM call WHERE state = 'missed'")
    assert told == [("A005", "p1")]
    assert told == [(row["label"], row["room"]) for row in rows]


def test_counts_by_class_and_purpose_follow_from_the_log(morning: Writer) -> None:
    latest = {told.facts["ticket"]: told.facts for told in read_log(morning) if "ticket" in told.facts}
    told = Counter((facts["class"], facts["purpose"]) for facts in latest.values())
    rows = read_rows(morning, "SELECT priority_class, purpose FROM ticket")
    assert told == Counter((row["priority_class"], row["purpose"]) for row in rows)
    assert told["child_u6", "examination"] == 1


def test_who_confirmed_a_class_follows_from_the_log(morning: Writer) -> None:
    confirmed = [told.facts for told in read_log(morning) if told.kind == "ticket.reclassified"]
    assert [(facts["class_reason"], facts["class_confirmed_by"]) for facts in confirmed] == [("card_seen", "staff:7")]


def test_the_log_names_nobody_and_holds_no_token(morning: Writer) -> None:
    tokens = {row["token"] for row in read_rows(morning, "SELECT token FROM ticket")}
    bodies = " ".join(row["body"] for row in read_rows(morning, "SELECT body FROM event"))
    assert tokens
    assert not any(token in bodies for token in tokens)

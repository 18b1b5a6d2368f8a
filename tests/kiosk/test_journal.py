"""The journal: what was written is there after any end, and nothing grows without bound."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk import journal
from kiosk.journal import Journal, KeyReusedError, Order

AT = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
SLIP: dict[str, Any] = {"id": "t1", "number": "A042", "slip": {"number": "A042", "service": "Khám nội"}}


def order(key: str = "k1", **changes: Any) -> Order:
    facts: dict[str, Any] = {"key": key, "kind": "tap", "at": AT, "wish": {"service": "noi", "language": "vi"}}
    return Order(**{**facts, **changes})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.jsonl"


def test_an_order_is_there_after_a_restart_with_every_step(path: Path) -> None:
    first = Journal(path)
    first.take(order())
    first.advance("k1", step="issued", ticket=SLIP)
    first.advance("k1", step="printed", outcome="confirmed", detail=None)
    known = Journal(path).find("k1")
    assert known == order(step="printed", ticket=SLIP, outcome="confirmed")


def test_a_new_order_is_on_disk_when_it_is_taken(path: Path) -> None:
    Journal(path).take(order())
    assert b'"key": "k1"' in path.read_bytes()


def test_the_same_key_again_is_the_order_as_it_stands(path: Path) -> None:
    kept = Journal(path)
    kept.take(order())
    kept.advance("k1", step="issued", ticket=SLIP)
    assert kept.take(order()).step == "issued"


def test_the_same_key_with_another_wish_is_refused(path: Path) -> None:
    kept = Journal(path)
    kept.take(order())
    with pytest.raises(KeyReusedError):
        kept.take(order(wish={"service": "nhi", "language": "vi"}))
    assert kept.find("k1") == order()


@pytest.mark.parametrize("torn", [b'{"key": "k2", "ki', b"\xff\xfe", b'{"key": "k1", "step": "done"}'])
def test_a_torn_last_line_is_cut_off_and_the_next_order_is_whole(path: Path, torn: bytes) -> None:
    Journal(path).take(order())
    with path.open("ab") as file:
        file.write(torn)
    again = Journal(path)
    again.take(order("k3"))
    assert [one.key for one in Journal(path).unfinished()] == ["k1", "k3"]


@pytest.mark.parametrize("damaged", [b"rubbish", b"[1]", b'{"key": "k1", "step": "flown"}', b'{"step": "done"}', b"{}"])
def test_a_damaged_line_in_the_middle_costs_no_other(path: Path, damaged: bytes) -> None:
    Journal(path).take(order())
    with path.open("ab") as file:
        file.write(damaged + b"\n")
    kept = Journal(path)
    kept.take(order("k2"))
    assert [one.key for one in Journal(path).unfinished()] == ["k1", "k2"]


def test_it_stays_bounded_and_keeps_what_is_unfinished(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "FINISHED_KEPT", 3)
    monkeypatch.setattr(journal, "COMPACT_LINES", 20)
    kept = Journal(path)
    kept.take(order("open"))
    for count in range(40):
        kept.take(order(f"k{count}"))
        kept.advance(f"k{count}", step="done")
    assert path.read_bytes().count(b"\n") <= 21
    assert [one.key for one in Journal(path).unfinished()] == ["open"]
    assert kept.find("k39") is not None
    assert kept.find("k0") is None


def test_a_full_disk_takes_no_order_and_the_next_line_is_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Journal(path)
    with monkeypatch.context() as full:
        full.setattr(journal.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            kept.take(order())
    assert kept.find("k1") is None
    kept.take(order("k2"))
    assert [one.key for one in Journal(path).unfinished()] == ["k2"]

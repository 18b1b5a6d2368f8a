"""Everything that people and devices do, each as a function of the house and two numbers that pick whom and how."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from server.actions import announce, call, devices, issue, journey
from server.actions.undo import undo
from server.records.transaction import Actor
from server.rules.ticket import MOVES
from tests.properties.house import House

Deed = Callable[[House, int, int], object]
T = TypeVar("T")

KIOSK: Final = Actor("device", 1, "kiosk")
DESK: Final = Actor("staff", 2, "reception")
SERVICES: Final = ("noi", "noi", "noi", "nhi", "thuoc", "xet-nghiem", "gone")
CLASSES: Final = ("normal", "normal", "normal", "pregnant", "age_75")
REASONS: Final = ("wheelchair", "wheelchair", None, "because")
PREVIOUS: Final = ("finish", "missed", None)
NEXT: Final[tuple[list[Any] | None, ...]] = (
    None, None, ["xet-nghiem", "x-quang"], [["xet-nghiem"], ["x-quang"]], ["thu-ngan"], ["noi", "nhi"], [], ["gone"],
)  # fmt: skip


def of(values: Sequence[T], pick: int) -> T:
    return values[pick % len(values)]


def entry_for(house: House, move: str, pick: int) -> int:
    """Usually an entry that may make the *move*, now and then one that may not."""
    states = ", ".join(f"'{state}'" for state in MOVES[move]) if pick % 8 else "'done', 'planned', 'paused'"
    found = house.all(f"SELECT id FROM entry WHERE state IN ({states}) ORDER BY id")
    return int(of(found, pick)["id"]) if found else 999


def room_with(house: House, states: str, pick: int) -> str:
    """Usually a room in which somebody is, now and then any."""
    found = [row["room"] for row in house.all(f"SELECT room FROM entry WHERE state IN ({states}) ORDER BY id")]
    return str(of(found, pick)) if found and pick % 8 else of(list(house.hospital.rooms), pick)


def room_for(house: House, entry: int, pick: int) -> str:
    """A room that serves the entry's queue."""
    found = house.all("SELECT queue FROM entry WHERE id = :id", id=entry)
    return of(house.hospital.rooms_of_queue[found[0]["queue"]], pick) if found else "p1"


def issue_ticket(house: House, pick: int, other: int) -> None:
    house.clock.pass_s(20)
    desk = (1, 99, 3)[other % 3] if other > 50 else None
    asked = issue.IssueRequest(of(SERVICES, pick), of(CLASSES, other), print_at=desk)
    ticket = house.do(lambda tx: issue.issue_ticket(tx, asked), DESK if desk else KIOSK)
    if ticket is not None:
        house.follow_phone(ticket["id"])


def print_outcome(house: House, pick: int, other: int) -> None:
    ticket = of(house.all("SELECT id FROM ticket ORDER BY id") or [{"id": 999}], pick)["id"]
    outcome = of(("confirmed", "failed", "unknown"), other)
    house.do(lambda tx: devices.report_paper(tx, ticket, outcome, None), KIOSK)


def reprint(house: House, pick: int, other: int) -> None:
    ticket = of(house.all("SELECT id FROM ticket ORDER BY id") or [{"id": 999}], pick)["id"]
    house.do(lambda tx: devices.reprint(tx, ticket, of((None, 1, 2, 3), other)))


def trouble(house: House, pick: int, other: int) -> None:
    house.do(lambda tx: devices.report_trouble(tx, of((None, "paper_end", "nonsense"), pick)), KIOSK)


def call_next(house: House, pick: int, other: int) -> None:
    house.clock.pass_s(60)
    room = of(("p1", "p2", "xn", "nt", "tn", "xq"), pick)
    house.do(lambda tx: call.call_next(tx, room, of(PREVIOUS, other)))


def call_chosen(house: House, pick: int, other: int) -> None:
    entry = entry_for(house, "call_chosen", pick)
    room = room_for(house, entry, other)
    answer = house.do(lambda tx: call.call_chosen(tx, room, entry, of(REASONS, other), of(PREVIOUS, other)))
    assert answer is None or answer["call"]["entry"] == str(entry), "somebody else than the chosen one was called"


def call_number(house: House, pick: int, other: int) -> None:
    found = house.all("SELECT label FROM entry WHERE id = :id", id=entry_for(house, "call_chosen", pick))
    label = found[0]["label"] if found else "Z999"
    room = of(("p1", "p2", "nt"), other)
    answer = house.do(lambda tx: call.call_number(tx, room, label, of(REASONS, other), of(PREVIOUS, other)))
    assert answer is None or answer["call"]["number"] == label


def recall(house: House, pick: int, other: int) -> None:
    house.do(lambda tx: call.recall(tx, room_with(house, "'called'", pick)))


def start(house: House, pick: int, other: int) -> None:
    house.do(lambda tx: call.start(tx, room_with(house, "'called'", pick)))


def no_show(house: House, pick: int, other: int) -> None:
    house.do(lambda tx: call.no_show(tx, room_with(house, "'called'", pick)))


def finish(house: House, pick: int, other: int) -> None:
    house.clock.pass_s(120)
    house.do(lambda tx: call.finish(tx, room_with(house, "'called', 'serving'", pick), of(NEXT, other)))


def take_back(house: House, pick: int, other: int) -> None:
    found = house.all("SELECT room FROM room_state WHERE undo IS NOT NULL ORDER BY room")
    house.do(lambda tx: undo(tx, of(found, pick)["room"] if found else "p1"))


def seen_by_hand(house: House, pick: int, other: int) -> None:
    entry = entry_for(house, "seen", pick)
    room = room_for(house, entry, other)
    house.do(lambda tx: journey.seen_by_hand(tx, room, [(entry, house.clock.ms - 60_000 * other)]))


def _move(name: str, action: Callable[..., Any]) -> Deed:
    def deed(house: House, pick: int, other: int) -> None:
        entry = entry_for(house, name, pick)
        house.do(lambda tx: action(tx, entry))

    deed.__name__ = name
    return deed


def defer(house: House, pick: int, other: int) -> None:
    entry = entry_for(house, "defer", pick)
    house.do(lambda tx: journey.defer(tx, entry, other % 4))


def transfer(house: House, pick: int, other: int) -> None:
    entry = entry_for(house, "transfer", pick)
    house.do(lambda tx: journey.transfer(tx, entry, of(("noi", "nhi", "nha-thuoc", "gone"), other)))


def set_class(house: House, pick: int, other: int) -> None:
    entry = entry_for(house, "leave", pick)
    house.do(lambda tx: journey.set_class(tx, entry, of(CLASSES, other), "card_seen"))


def _announcement(house: House, pick: int) -> str:
    found = house.all("SELECT id FROM announcement WHERE is_gone = 0 ORDER BY issued_at, id")
    return str(of(found, pick)["id"]) if found else "none"


def send(house: House, pick: int, other: int) -> None:
    first, second = _announcement(house, pick), _announcement(house, other)
    merge = [second] if second != first else []
    house.do(lambda tx: announce.send_announcement(tx, first, of((3, 4), other), 1, merge))


def report(house: House, pick: int, other: int) -> None:
    found = house.all("SELECT id, speaker FROM announcement WHERE state IN ('sent', 'started') ORDER BY issued_at, id")
    row = of(found or [{"id": "none", "speaker": 3}], pick)
    speaker = row["speaker"] if pick % 8 else 4
    state = of(("started", "done", "done", "failed"), other)
    house.do(lambda tx: announce.report_announcement(tx, row["id"], state, speaker))


def end(house: House, pick: int, other: int) -> None:
    announcement = _announcement(house, pick)
    house.do(lambda tx: announce.end_announcement(tx, announcement, of(("failed", "expired"), other), "no_speaker"))


def time_passes(house: House, pick: int, other: int) -> None:
    """A restart of the server, usually at once, seldom on the next day."""
    house.clock.pass_s(of((0, 0, 3600, 0, 0, 3600, 24 * 3600), pick))
    house.do(announce.end_unspoken)


DEEDS: Final[list[Deed]] = [
    issue_ticket, issue_ticket, print_outcome, reprint, trouble, call_next, call_next, call_next, call_chosen,
    call_chosen, call_number, recall, start, start, no_show, finish, finish, finish, take_back, take_back,
    seen_by_hand, _move("hold", journey.hold), _move("hold", journey.hold), _move("release", journey.release),
    _move("return", journey.return_entry), _move("return", journey.return_entry), _move("cancel", journey.cancel),
    _move("leave", journey.leave), defer, transfer, set_class, send, send, report, report, end, time_passes,
]  # fmt: skip

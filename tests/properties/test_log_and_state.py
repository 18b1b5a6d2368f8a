"""Whatever the house does, in whatever order: the screens hold what the rows hold, and no rule breaks."""

import json
from collections import Counter
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from server.actions.entries import is_callable
from server.live.projection import LIVE_CALLS
from server.rules.calling import OPEN
from server.rules.ticket import IN_ROOM, LIVE
from tests.properties.deeds import DEEDS, Deed, call_next, finish, issue_ticket
from tests.properties.house import House
from tests.server.small_hospital import Clock

PICKS = st.integers(0, 60)


class Hall(RuleBasedStateMachine):
    """A day in which anybody may do anything."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.time = patch.multiple("server.clock", now_ms=self.clock.now_ms, monotonic=self.clock.monotonic)
        self.time.start()
        self.house = House(self.clock)

    def teardown(self) -> None:
        self.house.close()
        self.time.stop()

    @initialize(services=st.lists(PICKS, min_size=3, max_size=6))
    def a_morning_begins(self, services: list[int]) -> None:
        for pick in services:
            issue_ticket(self.house, pick, pick)
        for room in (0, 1, 2):
            call_next(self.house, room, 0)
        finish(self.house, 1, 2)  # to laboratory and X-ray, in any order

    # One rule, since a rule each would let whole examples pass without a single patient.
    @rule(deed=st.sampled_from(DEEDS), pick=PICKS, other=PICKS)
    def somebody_does(self, deed: Deed, pick: int, other: int) -> None:
        deed(self.house, pick, other)

    @invariant()
    def all_is_well(self) -> None:
        self.screens_are_true()
        self.log_has_no_gap()
        self.numbers_are_unique()
        self.lanes_count_who_waits()
        self.nobody_is_at_two_places()
        self.a_room_has_one_person()
        self.a_ticket_is_open_while_it_has_a_place()
        self.a_live_call_is_the_present_call_of_its_entry()
        self.an_announcement_goes_with_its_calls()

    def screens_are_true(self) -> None:
        self.house.check_screens()

    def log_has_no_gap(self) -> None:
        self.house.check_log()

    def numbers_are_unique(self) -> None:
        rows = self.house.all("SELECT day, label FROM ticket")
        assert max(Counter((row["day"], row["label"]) for row in rows).values(), default=1) == 1

    def lanes_count_who_waits(self) -> None:
        entries = self.house.all("SELECT * FROM entry")
        real = Counter((row["queue"], row["lane"]) for row in entries if is_callable(row))
        kept = {(row["queue"], row["lane"]): row["waiting"] for row in self.house.all("SELECT * FROM lane")}
        assert {key: count for key, count in kept.items() if count} == dict(real)

    def nobody_is_at_two_places(self) -> None:
        entries = self.house.all("SELECT ticket, room, state, elsewhere FROM entry")
        rooms: dict[int, list[str]] = {}
        for row in entries:
            if row["state"] in IN_ROOM:
                rooms.setdefault(row["ticket"], []).append(row["room"])
        assert all(len(found) == 1 for found in rooms.values())
        for row in entries:
            wanted = rooms.get(row["ticket"], [None])[0] if row["state"] == "waiting" else None
            assert row["elsewhere"] == wanted

    def a_room_has_one_person(self) -> None:
        rows = self.house.all("SELECT room FROM entry WHERE state IN ('called', 'serving')")
        assert max(Counter(row["room"] for row in rows).values(), default=0) <= 1

    def a_ticket_is_open_while_it_has_a_place(self) -> None:
        live = {row["ticket"] for row in self.house.all("SELECT * FROM entry") if row["state"] in LIVE}
        opened = {row["id"] for row in self.house.all("SELECT id FROM ticket WHERE state = 'open'")}
        assert live == opened

    def a_live_call_is_the_present_call_of_its_entry(self) -> None:
        entries = {row["id"]: row for row in self.house.all("SELECT * FROM entry")}
        for row in self.house.all("SELECT * FROM call WHERE state IN ('called', 'serving', 'missed')"):
            entry = entries[row["entry"]]
            assert (entry["call"], entry["state"]) == (row["id"], row["state"])

    def an_announcement_goes_with_its_calls(self) -> None:
        live = {str(row["id"]) for row in self.house.all("SELECT id, state FROM call") if row["state"] in LIVE_CALLS}
        for row in self.house.all("SELECT state, calls, is_gone FROM announcement"):
            if row["state"] in OPEN:
                assert not row["is_gone"]
            elif not row["is_gone"]:
                assert live & set(json.loads(row["calls"])), "an announcement outlived its calls"


TestHall = Hall.TestCase
# Without the phase that explains: it doubles the minutes of a failure and says little of a state machine.
TestHall.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    phases=[Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)

"""Every action speaks both dialects of SQL: a day in which anybody does anything, screens checked against the rows."""

import random

from server.records.database import Database
from tests.properties.deeds import DEEDS, call_next, issue_ticket
from tests.properties.house import House
from tests.server.small_hospital import Clock

STEPS = 250


def test_a_day_of_every_action_leaves_screens_and_rows_alike(database: Database, still: Clock) -> None:
    house = House(still, database)
    chance = random.Random(20260302)
    for room in range(6):
        issue_ticket(house, room, room)
        call_next(house, room, 0)
    for step in range(STEPS):
        chance.choice(DEEDS)(house, chance.randrange(60), chance.randrange(60))
        if step % 10 == 0:
            house.check_screens()
    house.check_screens()
    house.check_log()
    done = {row["kind"] for row in house.all("SELECT DISTINCT kind FROM event")}
    assert len(done) > 20
    house.close()

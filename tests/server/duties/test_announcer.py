"""A call is spoken, or somebody is told: one at a time in each area, taken over after three seconds, never replayed."""

import asyncio

import pytest

from server.actions import announce
from server.actions.call import recall
from server.records import writer as writer_module
from server.rules.calling import DONE_GRACE_MS, NO_SPEAKER_MS, STARTED_LIMIT_MS, TTL_S
from tests.server.duties.hall import Hall

JUST_OVER_S = 0.1


async def test_a_call_is_sent_started_and_done(hall: Hall) -> None:
    speaker = await hall.speaker()
    number = await hall.call()
    await hall.after(0.3)
    (asked,) = speaker.asked()
    assert (asked["numbers"], asked["room"], asked["languages"]) == ([number], "p1", ["vi", "en"])
    await hall.report(speaker, asked["id"], "started")
    await hall.report(speaker, asked["id"], "done")
    assert hall.announcements() == [("done", None)]


async def test_it_is_not_sent_twice_while_it_plays(hall: Hall) -> None:
    speaker = await hall.speaker()
    await hall.call()
    await hall.after(0.3)
    (asked,) = speaker.asked()
    await hall.report(speaker, asked["id"], "started")
    await hall.after(5)
    assert speaker.asked() == []


async def test_who_does_not_start_in_three_seconds_is_taken_over(hall: Hall) -> None:
    silent, standby = await hall.speaker(), await hall.speaker()
    await hall.call()
    await hall.after(0.3)
    (asked,) = silent.asked()
    await hall.after(STARTED_LIMIT_MS / 1000 + JUST_OVER_S)
    assert [item["id"] for item in standby.asked()] == [asked["id"]]
    await hall.report(standby, asked["id"], "started")
    await hall.report(standby, asked["id"], "done")
    assert hall.announcements() == [("done", None)]


async def test_a_report_that_comes_at_the_last_moment_is_no_reason_to_take_over(hall: Hall) -> None:
    slow, standby = await hall.speaker(), await hall.speaker()
    await hall.call()
    await hall.after(0.3)
    (asked,) = slow.asked()
    hall.clock.pass_s(STARTED_LIMIT_MS / 1000 + JUST_OVER_S)
    # The report is on its way to the writer while the announcer decides.
    await asyncio.gather(hall.report(slow, asked["id"], "started"), hall.announcer.look())
    assert standby.asked() == []
    assert hall.announcements() == [("started", None)]


async def test_when_nobody_starts_the_desk_is_told_within_ten_seconds(hall: Hall) -> None:
    await hall.speaker()
    await hall.speaker()
    await hall.call()
    for _ in range(33):
        await hall.after(0.3)
    assert hall.announcements() == [("failed", "no_start")]


async def test_a_speaker_that_fails_hands_over_at_once(hall: Hall) -> None:
    broken, standby = await hall.speaker(), await hall.speaker()
    await hall.call()
    await hall.after(0.3)
    (asked,) = broken.asked()
    await hall.report(broken, asked["id"], "failed", "sound_card")
    assert len(standby.asked()) == 1
    await hall.report(standby, asked["id"], "failed", "sound_card")
    assert hall.announcements() == [("failed", "sound_card")]


async def test_an_utterance_without_an_end_counts_as_failed(hall: Hall) -> None:
    speaker = await hall.speaker()
    await hall.call()
    await hall.after(0.3)
    (asked,) = speaker.asked()
    await hall.report(speaker, asked["id"], "started")
    expected_ms = hall.rows.all("SELECT expected_ms FROM announcement")[0]["expected_ms"]
    await hall.after((expected_ms + DONE_GRACE_MS) / 1000 - JUST_OVER_S)
    assert hall.announcements() == [("started", None)]
    await hall.after(2 * JUST_OVER_S)
    assert hall.announcements() == [("failed", "no_done")]


async def test_without_a_speaker_the_desk_is_told(hall: Hall) -> None:
    await hall.call()
    await hall.after(NO_SPEAKER_MS / 1000 - JUST_OVER_S)
    assert hall.announcements() == [("queued", None)]
    await hall.after(2 * JUST_OVER_S)
    assert hall.announcements() == [("failed", "no_speaker")]


async def test_a_speaker_that_comes_back_in_time_speaks(hall: Hall) -> None:
    await hall.call()
    await hall.after(NO_SPEAKER_MS / 1000 - 1)
    speaker = await hall.speaker()
    await hall.after(0.3)
    assert len(speaker.asked()) == 1


async def test_a_corridor_without_a_loudspeaker_by_setting_asks_for_nothing(hall: Hall) -> None:
    await hall.call("xn", "xet-nghiem")
    await hall.after(NO_SPEAKER_MS / 1000 + JUST_OVER_S)
    assert hall.announcements() == []


async def test_what_waited_too_long_for_its_turn_expires(hall: Hall) -> None:
    speaker = await hall.speaker()
    await hall.call("p1")
    await hall.after(0.3)
    (asked,) = speaker.asked()
    await hall.report(speaker, asked["id"], "started")
    await hall.call("p2")
    hall.clock.pass_s(TTL_S + JUST_OVER_S)
    await hall.report(speaker, asked["id"], "done")
    await hall.announcer.look()
    assert hall.announcements() == [("done", None), ("expired", "too_old")]
    assert speaker.asked() == []


async def test_one_at_a_time_in_an_area(hall: Hall) -> None:
    speaker = await hall.speaker()
    first, second = await hall.call("p1"), await hall.call("p2")
    await hall.after(0.3)
    (asked,) = speaker.asked()
    assert asked["numbers"] == [first]
    await hall.report(speaker, asked["id"], "started")
    await hall.report(speaker, asked["id"], "done")
    await hall.after(0.3)
    assert [item["numbers"] for item in speaker.asked()] == [[second]]


async def test_a_report_of_another_speaker_changes_nothing(hall: Hall) -> None:
    speaker, other = await hall.speaker(), await hall.speaker()
    await hall.call()
    await hall.after(0.3)
    (asked,) = speaker.asked()
    await hall.report(other, asked["id"], "done")
    await hall.report(other, "unknown", "done")
    assert hall.announcements() == [("sent", None)]


async def test_a_report_that_the_writer_cannot_take_does_not_end_the_conversation(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = await hall.speaker()
    await hall.call()
    await hall.after(0.3)
    (asked,) = speaker.asked()
    monkeypatch.setattr(writer_module, "QUEUE_MAX", 0)
    await hall.report(speaker, asked["id"], "started")
    monkeypatch.undo()
    assert [row["state"] for row in hall.rows.all("SELECT state FROM announcement")] == ["sent"]


async def test_after_a_restart_nothing_from_before_is_spoken(hall: Hall) -> None:
    await hall.call("p1")
    await hall.act(announce.end_unspoken)
    speaker = await hall.speaker()
    await hall.after(0.3)
    assert hall.announcements() == [("failed", "restart")]
    assert speaker.asked() == []


async def test_a_call_that_is_over_before_its_turn_is_not_spoken(hall: Hall) -> None:
    speaker = await hall.speaker()
    await hall.call("p1")
    await hall.after(0.3)
    (asked,) = speaker.asked()
    await hall.report(speaker, asked["id"], "started")
    await hall.call("p2")
    hall.clock.pass_s(1)
    await hall.act(lambda tx: recall(tx, "p2"))
    await hall.report(speaker, asked["id"], "done")
    await hall.after(0.3)
    assert len(speaker.asked()) == 1
    assert hall.announcements()[1][0] == "withdrawn"

"""The printer without its case."""

import pytest
from PIL import Image

from printer.encode import encode
from printer.status import judge, sort
from printer.virtual.machine import Answer, Effect, Machine, Paper, State

BLACK = Image.new("1", (576, 400), 0)
JOB = encode(BLACK)


def machine(speed_mm_s: float = 0) -> Machine:
    return Machine(576, speed_mm_s)


def papers(effects: list[Effect]) -> list[Paper]:
    return [effect for effect in effects if isinstance(effect, Paper)]


def answers(effects: list[Effect]) -> bytes:
    return b"".join(effect.data for effect in effects if isinstance(effect, Answer))


def test_the_answer_comes_after_the_paper() -> None:
    printer = machine()
    printer.receive(JOB, 0)
    kinds = [type(effect) for effect in printer.run(0)]
    assert kinds == [Paper, Answer]


def test_paper_moves_at_its_speed() -> None:
    printer = machine(speed_mm_s=100)  # 416 rows are 52 mm: 0.52 s
    printer.receive(JOB, 10.0)
    assert printer.run(10.5) == []
    assert len(papers(printer.run(10.53))) == 1


def test_time_without_work_prints_nothing_ahead() -> None:
    printer = machine(speed_mm_s=100)
    printer.run(0)
    printer.receive(JOB, 60.0)
    assert printer.run(60.1) == []


def test_a_slip_in_pieces_is_one_slip() -> None:
    printer = machine()
    effects = []
    for at in range(0, len(JOB), 777):
        printer.receive(JOB[at : at + 777], 0)
        effects += printer.run(0)
    assert len(papers(effects)) == 1


@pytest.mark.parametrize("state", ["paper_end", "cover_open", "cutter", "error", "offline"])
def test_status_is_answered_at_once_in_the_middle_of_a_job(state: State) -> None:
    printer = machine()
    printer.receive(JOB[:5000], 0)
    printer.run(0)
    printer.turn(state)
    told = {question: printer.receive(bytes((0x10, 0x04, question)), 0)[0] for question in (1, 2, 3, 4)}
    assert judge(dict(told)).trouble == state


def test_it_stops_where_it_was_told_and_remembers() -> None:
    printer = machine()
    printer.turn("paper_end", after_bytes=72 * 100)
    printer.receive(JOB, 0)
    assert printer.run(0) == []
    assert printer.state == "paper_end"
    printer.turn("ok")
    torn, rest = papers(printer.run(0))
    assert (torn.is_torn, torn.picture.height) == (True, 100)
    assert torn.picture.height + rest.picture.height == 400 + 8 + 16


def test_cleared_it_forgets_and_says_so() -> None:
    printer = machine()
    printer.turn("cover_open", after_bytes=72 * 100)
    printer.receive(JOB, 0)
    printer.run(0)
    assert printer.receive(bytes.fromhex("10 14 08 01 03 14 01 06 02 08"), 0) == b"\x37\x25\x00"
    printer.turn("ok")
    assert (printer.run(0), printer.buffered_bytes) == ([], 0)


def test_what_follows_a_clearing_is_kept() -> None:
    printer = machine()
    printer.receive(JOB[:3000] + bytes.fromhex("10 14 08 01 03 14 01 06 02 08") + JOB, 0)
    assert len(papers(printer.run(0))) == 1


def test_a_mute_printer_prints_and_says_nothing() -> None:
    printer = machine()
    printer.turn("mute")
    assert printer.receive(b"\x10\x04\x01", 0) == b""
    printer.receive(JOB, 0)
    effects = printer.run(0)
    assert (len(papers(effects)), answers(effects)) == (1, b"")


def test_automatic_reports_tell_each_change_once_asked_for() -> None:
    printer = machine()
    printer.turn("cover_open")
    assert printer.run(0) == []
    printer.turn("ok")
    printer.receive(b"\x1da\xff", 0)
    assert sort(answers(printer.run(0))).automatic == (b"\x10\x00\x00\x00",)
    printer.turn("cover_open")
    assert sort(answers(printer.run(0))).automatic == (b"\x38\x00\x00\x00",)


def test_a_command_cut_off_by_the_end_of_the_job_does_not_swallow_the_next() -> None:
    printer = machine()
    printer.receive(JOB[:3001], 0)
    printer.run(0)
    printer.end_of_job()
    printer.receive(JOB, 0)
    assert len(papers(printer.run(0))) == 1


def test_a_picture_wider_than_the_head_loses_its_right_edge() -> None:
    printer = Machine(384, 0)
    printer.receive(JOB, 0)
    assert papers(printer.run(0))[0].picture.width == 384


def test_native_text_is_counted_not_drawn() -> None:
    printer = machine()
    printer.receive(b"\x1b@Kh\xe1m\n\x1dV\x00", 0)
    assert len(papers(printer.run(0))) == 1
    assert printer.text_bytes == 4


def test_switched_off_it_loses_what_it_held() -> None:
    printer = machine()
    printer.turn("cover_open")
    printer.receive(JOB, 0)
    printer.turn("off")
    printer.turn("ok")
    assert printer.run(0) == []

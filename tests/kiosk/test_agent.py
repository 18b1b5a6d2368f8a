"""The kiosk as a process among real neighbours: what a power cut, a dead line or a bad printer can and cannot do."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.worlds import ROOT, Agent, World, state, tap, until, where, world

KEY = "0123456789abcdef"


def said(agent: Agent) -> list[str]:
    """What stands on standard error beside the log's lines."""
    return [line for line in agent.log.splitlines() if not line.startswith("{")]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def test_importing_the_agent_brings_no_database_in() -> None:
    script = "import sys, kiosk.agent; print(sorted({'sqlmodel', 'sqlalchemy', 'fastapi'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_a_tap_becomes_one_ticket_on_one_paper_and_is_reported(here: World) -> None:
    agent = here.start()
    assert tap(agent, KEY, **{"class": "pregnant"}).status_code == 202
    until(lambda: where(agent, KEY)["state"] == "printed")
    until(lambda: len(here.hospital.outcomes) == 1)
    assert here.hospital.requests == [(KEY, {"service": "noi", "language": "vi", "class": "pregnant"})]
    assert here.hospital.outcomes == [("t1", {"outcome": "confirmed", "detail": None})]
    assert (where(agent, KEY)["number"], here.papers_out()) == ("A042", 1)


def test_a_double_tap_is_one_ticket_and_one_paper(here: World) -> None:
    agent = here.start()
    for _ in range(3):
        tap(agent, KEY)
    until(lambda: len(here.hospital.outcomes) == 1)
    tap(agent, KEY)
    assert (len(here.hospital.tickets), here.papers_out()) == (1, 1)


@pytest.mark.parametrize("mood", ["lost_answer", "slow"])
def test_a_tap_is_repeated_with_its_key_until_it_is_answered(here: World, mood: str) -> None:
    here.hospital.moods.extend([mood, mood])
    agent = here.start()
    tap(agent, KEY)
    until(lambda: where(agent, KEY)["state"] == "printed")
    assert [key for key, _ in here.hospital.requests] == [KEY] * len(here.hospital.requests)
    assert (len(here.hospital.tickets), here.papers_out()) == (1, 1)


def test_a_refusal_is_told_in_the_patients_words_and_ends_the_tap(here: World) -> None:
    here.hospital.moods.append("service_closed")
    agent = here.start()
    tap(agent, KEY, language="en")
    until(lambda: where(agent, KEY)["state"] == "refused")
    assert where(agent, KEY)["code"] == "service_closed"
    assert where(agent, KEY)["sentence"].startswith("This service has just closed")


def test_killed_before_the_server_heard_the_tap_is_sent_after_the_restart(here: World) -> None:
    here.hospital.moods.extend(["lost_request"] * 50)
    agent = here.start()
    tap(agent, KEY)
    until(lambda: len(here.hospital.moods) < 50)
    agent.kill()
    here.hospital.moods.clear()
    here.start()
    until(lambda: len(here.hospital.outcomes) == 1)
    assert (len(here.hospital.tickets), here.papers_out()) == (1, 1)


def test_killed_between_the_servers_commit_and_its_answer_makes_no_second_ticket(here: World) -> None:
    here.hospital.moods.append("stuck")
    agent = here.start()
    tap(agent, KEY)
    until(lambda: len(here.hospital.tickets) == 1)
    agent.kill()
    again = here.start()
    until(lambda: len(here.hospital.outcomes) == 1)
    assert (len(here.hospital.tickets), here.papers_out()) == (1, 1)
    assert where(again, KEY)["number"] == "A042"


def test_killed_while_printing_is_unknown_and_never_printed_twice(here: World) -> None:
    here.mood("stall")
    agent = here.start()
    tap(agent, KEY)
    until(lambda: where(agent, KEY)["state"] == "printing")
    agent.kill()
    here.mood("ok")
    papers = here.papers_out()
    here.start()
    until(lambda: len(here.hospital.outcomes) == 1)
    assert here.hospital.outcomes == [("t1", {"outcome": "unknown", "detail": "no_answer"})]
    assert here.papers_out() == papers


def test_killed_before_the_outcome_was_heard_reports_it_after_the_restart(here: World) -> None:
    here.hospital.outcome_moods.extend(["lost_request"] * 200)
    agent = here.start()
    tap(agent, KEY)
    until(lambda: len(here.hospital.outcome_moods) < 200)
    agent.kill()
    here.hospital.outcome_moods.clear()
    here.start()
    until(lambda: len(here.hospital.outcomes) == 1)
    assert here.hospital.outcomes == [("t1", {"outcome": "confirmed", "detail": None})]
    assert here.papers_out() == 1


def test_paper_that_ends_is_told_to_patient_and_desk_and_so_is_its_return(here: World) -> None:
    here.mood("paper_end")
    agent = here.start()
    tap(agent, KEY)
    until(lambda: where(agent, KEY)["state"] == "paper_trouble")
    assert (where(agent, KEY)["trouble"], where(agent, KEY)["number"]) == ("paper_end", "A042")
    until(lambda: here.hospital.troubles[-1:] == ["paper_end"])
    assert state(agent)["printer"] == {"trouble": "paper_end"}
    here.mood("ok")
    until(lambda: here.hospital.troubles[-1:] == [None])
    assert state(agent)["printer"] == {"trouble": None}
    assert here.papers_out() == 0


def test_a_desk_printer_without_a_page_prints_what_the_server_asks_once_and_marked(here: World) -> None:
    here.hospital.issue("desk-key-1", {"service": "nhi"})
    here.hospital.ask_copy("j1", "t1")
    agent = here.start("--no-page")
    assert agent.ready["url"] is None
    until(lambda: len(here.hospital.outcomes) == 1)
    assert here.hospital.outcomes == [("t1", {"outcome": "confirmed", "detail": None})]
    assert (here.papers_out(), here.hospital.jobs) == (1, {})


def test_it_ends_cleanly_when_asked(here: World) -> None:
    agent = here.start()
    assert agent.end() == 0
    assert '"agent.ends"' in agent.log


def test_two_agents_never_share_a_data_folder(here: World) -> None:
    here.start()
    second = here.start()
    assert second.end() == 1
    assert "in use by another luot-kiosk" in second.log


def test_a_taken_port_is_one_sentence_and_no_traceback(here: World) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        agent = here.start(port=taken.getsockname()[1])
        assert agent.end() == 1
    assert "choose another with --port" in agent.log
    assert len(said(agent)) == 1


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--printer", "nonsense", "“nonsense” is no printer's address. Write one such as tcp://"),
        ("--token-file", "missing.token", "missing.token cannot be read: No such file or directory"),
        ("--ca", "missing.pem", "missing.pem cannot be read: No such file or directory"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, option: str, value: str, sentence: str) -> None:
    settings = {"--server": "https://queue.lan", "--printer": "tcp://127.0.0.1:9", "--data": str(tmp_path / "kiosk")}
    who = {} if option == "--token-file" else {"--token": "t"}
    words = [word for pair in {**settings, **who, option: value}.items() for word in pair]
    told = subprocess.run(
        [sys.executable, "-m", "kiosk", *words, "--port", "0"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (told.returncode, len(told.stderr.splitlines()), told.stdout) == (1, 1, "")
    assert sentence in told.stderr

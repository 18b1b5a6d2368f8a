import json
from pathlib import Path

from display.memory import KEPT, Memory


def test_an_outcome_survives_a_kill_without_being_closed(tmp_path: Path) -> None:
    Memory(tmp_path / "said").note("n1", "started")
    assert Memory(tmp_path / "said").outcome("n1") == "started"


def test_the_last_outcome_counts(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "said")
    memory.note("n1", "started")
    memory.note("n1", "done")
    assert Memory(tmp_path / "said").outcome("n1") == "done"


def test_the_last_two_hundred_are_kept_and_the_file_stays_small(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "said")
    for index in range(10 * KEPT):
        memory.note(f"n{index}", "done")
    again = Memory(tmp_path / "said")
    assert all(again.outcome(f"n{index}") == "done" for index in range(9 * KEPT, 10 * KEPT))
    assert again.outcome(f"n{9 * KEPT - 1}") is None
    assert len((tmp_path / "said").read_text().splitlines()) == KEPT


def test_a_line_cut_off_by_a_power_failure_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "said"
    path.write_bytes(json.dumps(["n1", "done"]).encode() + b'\n["n2", "sta\n\xff\x00\n[1]\n' + b'["n3", "done"]\n')
    memory = Memory(path)
    assert [memory.outcome(name) for name in ("n1", "n2", "n3")] == ["done", None, "done"]


def test_a_cut_off_last_line_does_not_swallow_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "said"
    path.write_bytes(b'["n1", "done"]\n["n2", "sta')
    Memory(path).note("n3", "done")
    assert Memory(path).outcome("n3") == "done"


def test_an_empty_folder_remembers_nothing(tmp_path: Path) -> None:
    assert Memory(tmp_path / "new" / "said").outcome("n1") is None

import asyncio
import shutil
import sys
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest

from display import player as players
from display.player import CommandPlayer, FilePlayer, PlayError, file_name, find_player, has_sound_card, reaches_a_sink
from display.sound import Sound, silence

SHORT = silence(0.4)


def command(program: str) -> CommandPlayer:
    """A player whose child is a small Python program; the file is its last argument."""
    return CommandPlayer("test", [sys.executable, "-c", program], kill_after_s=0.3)


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


class Starts:
    """Counts how often a start was reported."""

    count = 0

    async def __call__(self) -> None:
        self.count += 1


PLAYS = "import sys, time, wave; file = wave.open(sys.argv[1]); time.sleep(file.getnframes() / file.getframerate())"


async def test_a_player_gets_the_whole_sound_and_its_start_is_reported_once() -> None:
    started = Starts()
    await command(PLAYS).play(SHORT, "n1", started)
    assert started.count == 1


@pytest.mark.parametrize(
    ("program", "code", "starts"),
    [
        ("import sys; sys.exit(1)", "player_failed", 0),  # no sound card
        ("import threading; threading.Event().wait()", "player_hung", 1),
        ("import os, time; time.sleep(0.3); os._exit(3)", "player_failed", 1),  # the card was pulled out
        ("pass", "cut_short", 0),  # played into nothing
    ],
)
async def test_a_sound_that_was_not_heard_is_a_failure(program: str, code: str, starts: int) -> None:
    started = Starts()
    with pytest.raises(PlayError) as failure:
        await command(program).play(silence(1.5), "n1", started)
    assert (failure.value.code, started.count >= starts) == (code, True)


async def test_a_player_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(PlayError, match="player_failed"):
        await CommandPlayer("none", [str(tmp_path / "none")]).play(SHORT, "n1", Starts())


async def test_a_player_plays_again_after_one_that_hung() -> None:
    with pytest.raises(PlayError, match="player_hung"):
        await command("import threading; threading.Event().wait()").play(SHORT, "n1", Starts())
    await command(PLAYS).play(SHORT, "n2", Starts())


async def test_a_player_that_is_told_to_stop_leaves_no_child(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    program = f"import time, pathlib; time.sleep(1); pathlib.Path({str(mark)!r}).touch()"
    started = asyncio.Event()

    async def starts() -> None:
        started.set()

    playing = asyncio.create_task(command(program).play(silence(3), "n1", starts))
    await started.wait()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    await asyncio.sleep(1.2)  # the child's own time, which no clock of ours can advance
    assert not mark.exists()


async def test_a_rendered_announcement_is_one_wav_file_with_its_id(tmp_path: Path) -> None:
    started = Starts()
    await FilePlayer(tmp_path, paced=False).play(SHORT, "0190-ab", started)
    [path] = files_in(tmp_path)
    with wave.open(str(path)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(0.4, abs=0.01)
    assert (path.stem.endswith("_0190-ab"), started.count) == (True, 1)


async def test_rendering_takes_as_long_as_the_sound(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await FilePlayer(tmp_path).play(SHORT, "n1", Starts())
    assert loop.time() - began >= 0.39


async def test_a_folder_that_cannot_be_written_is_a_failure_and_a_mended_one_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "speech"
    player = FilePlayer(folder, paced=False)
    folder.rmdir()
    with pytest.raises(PlayError, match="player_failed"):
        await player.play(SHORT, "n1", Starts())
    folder.mkdir()
    await player.play(SHORT, "n2", Starts())
    assert len([*folder.glob("*_n2.wav")]) == 1


async def test_old_files_make_room_for_new_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(players, "FILES_KEPT", 3)
    player = FilePlayer(tmp_path, paced=False)
    for index in range(5):
        await player.play(Sound(b"\0\0"), f"n{index}", Starts())
    assert [path.stem[-2:] for path in files_in(tmp_path)] == ["n2", "n3", "n4"]


def test_names_sort_by_time_and_hold_nothing_but_plain_signs() -> None:
    first = file_name(datetime(2026, 3, 2, 0, 30, 0, 5, tzinfo=UTC), "n9")
    second = file_name(datetime(2026, 3, 2, 0, 30, 0, 40, tzinfo=UTC), "../../etc/a b")
    assert first == "20260302T003000-000005Z_n9.wav"
    assert (first < second, second) == (True, "20260302T003000-000040Z_------etc-a-b.wav")


async def test_a_folder_to_render_into_is_used_whatever_else_there_is(tmp_path: Path) -> None:
    assert (await find_player(tmp_path / "out", tmp_path / "state")).name == "file"


async def test_without_a_sound_card_announcements_become_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(players.sys, "executable", str(tmp_path / "none"))
    assert (await find_player(None, tmp_path / "state")).name == "file"


def test_a_sound_card_is_seen_in_the_list_of_cards(tmp_path: Path) -> None:
    cards = tmp_path / "cards"
    cards.write_text("--- no soundcards ---\n")
    assert not has_sound_card(cards)
    cards.write_text(" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n")
    assert has_sound_card(cards)
    assert not has_sound_card(tmp_path / "missing")


def test_a_sound_server_without_a_card_counts_as_no_sound() -> None:
    assert reaches_a_sink("Default Sink: alsa_output.pci-0000_00_1f.3.analog-stereo\n")
    assert not reaches_a_sink("Default Sink: auto_null\n")
    assert not reaches_a_sink(None)

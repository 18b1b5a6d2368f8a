"""The two agents as processes of their own, as a hospital starts them."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from display.sound import chime, read_sound
from tests.display.hall_server import TOKEN, HallServer


@contextlib.asynccontextmanager
async def agent(*arguments: str | Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """A running agent and its ready line; ended by its id if the test has not ended it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "display", *map(str, arguments)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PULSE_SERVER": "unix:/nonexistent"},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            yield process, json.loads(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def speaker(server: HallServer, folder: Path, *more: str | Path) -> tuple[str | Path, ...]:
    return (
        "speaker",
        "--server",
        server.url,
        "--token",
        TOKEN,
        "--area",
        "sanh",
        "--state-dir",
        folder / "state",
        *more,
    )


def speeches(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.wav"))


async def test_a_call_becomes_one_wav_file_that_begins_with_the_chime(tmp_path: Path) -> None:
    options = ("--output", tmp_path / "out", "--instant")
    async with HallServer().running() as server, agent(*speaker(server, tmp_path, *options)) as (_, ready):
        await server.announce("0190f", languages=["vi", "en"])
        assert [(await server.report())[1] for _ in range(2)] == ["started", "done"]
    assert (ready["role"], ready["voices"], ready["outputs"]) == (
        "speaker",
        {"vi": "aav/vi", "en": "gmw/en-us"},
        {"sanh": "file"},
    )
    [file] = speeches(tmp_path / "out")
    assert file.stem.endswith("_0190f")
    assert read_sound(file).pcm.startswith(chime().pcm)
    assert 8 < read_sound(file).length_s < 16


async def test_a_speaker_that_is_killed_in_mid_call_does_not_repeat_it(tmp_path: Path) -> None:
    async with HallServer().running() as server:
        async with agent(*speaker(server, tmp_path, "--output", tmp_path / "out")) as (process, _):
            await server.announce("n1")
            assert await server.report() == ("n1", "started", None)
            process.kill()
            await process.wait()
        async with agent(*speaker(server, tmp_path, "--output", tmp_path / "out", "--instant")):
            await server.announce("n1")
            assert await server.report() == ("n1", "failed", "interrupted")
            await server.announce("n2")
            assert await server.report() == ("n2", "started", None)
    assert [file.stem[-2:] for file in speeches(tmp_path / "out")] == ["n1", "n2"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_speaker_ends_at_once_and_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    options = ("--output", tmp_path / "out")
    async with HallServer().running() as server, agent(*speaker(server, tmp_path, *options)) as (process, _):
        await server.announce("n1")
        await server.report()
        process.send_signal(number)
        _, errors = await process.communicate()
        assert await server.report() == ("n1", "failed", "stopped")
    assert process.returncode == 0
    assert b"Traceback" not in errors
    assert json.loads(errors.splitlines()[-1])["event"] == "agent.ends"


async def test_the_board_answers_and_ends_cleanly(tmp_path: Path) -> None:
    token = tmp_path / "token"
    await asyncio.to_thread(token.write_text, TOKEN + "\n")
    async with HallServer().running() as server:
        arguments = ("board", "--server", server.url, "--token-file", token, "--area", "sanh", "--port", "0")
        async with agent(*arguments) as (process, ready):
            page = await asyncio.to_thread(lambda: urllib.request.urlopen(ready["url"], timeout=10).read())
            process.send_signal(signal.SIGTERM)
            _, errors = await process.communicate()
    assert (ready["role"], ready["area"], b"<html" in page) == ("board", "sanh", True)
    assert (process.returncode, b"Traceback" in errors) == (0, False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["speaker", "--area", "sanh"], "a token is needed"),
        (["speaker", "--area", "sanh", "--token", "x", "--pack", "/nonexistent"], "no folder of clips"),
        (["speaker", "--area", "sanh", "--token", "x", "--device", "hw:1"], "AREA=NAME"),
        (["speaker", "--area", "sanh", "--token-file", "/nonexistent"], "No such file"),
    ],
)
async def test_a_wrong_setting_is_one_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "display", *arguments, "--server", "http://127.0.0.1:9", "--state-dir", str(tmp_path)),
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert (process.returncode, len(errors.splitlines()), sentence in errors.decode()) == (1, 1, True)

"""What really comes out: a PulseAudio server of our own with a null sink, and a recording of what was played there."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from display.engine import Engine
from display.player import CommandPlayer, Player, find_player
from display.sound import RATE_HZ, Sound
from tests.display.hearing import Samples, likeness_in_pieces, samples

pytestmark = pytest.mark.sound
TAIL_S = 0.5  # what the recorder has not yet handed on


@pytest.fixture
def sound_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sound server with nothing but a sink named hall, for this test's environment only."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(runtime))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{runtime}/native")
    monkeypatch.setenv("HOME", str(tmp_path))
    modules = [
        f"module-native-protocol-unix socket={runtime}/native auth-anonymous=1",
        "module-null-sink sink_name=hall",
    ]
    server = subprocess.Popen(
        [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            *(f"-L{m}" for m in modules),
        ],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PULSE_SERVER": ""},
    )
    try:
        for _ in range(100):
            if subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(10)


async def record(player: Player, sound: Sound) -> Samples:
    """Play, and give back what came out of the sink meanwhile."""
    ears = await asyncio.create_subprocess_exec(
        *(
            "parec",
            "--device=hall.monitor",
            f"--rate={RATE_HZ}",
            "--channels=1",
            "--format=s16le",
            "--raw",
            "--latency-msec=50",
        ),
        stdout=asyncio.subprocess.PIPE,
    )
    assert ears.stdout is not None
    heard = await ears.stdout.readexactly(2)  # the sink is being listened to
    hearing = asyncio.create_task(ears.stdout.read())
    await player.play(sound, "n1", _nothing)
    await asyncio.sleep(TAIL_S)
    ears.terminate()
    heard += await hearing
    await ears.wait()
    return np.frombuffer(heard[: len(heard) // 2 * 2], np.int16).astype(float)


async def _nothing() -> None:
    pass


@pytest.mark.parametrize("name", ["paplay", "miniaudio"])
async def test_what_comes_out_of_the_card_is_the_call_and_no_other(
    tmp_path: Path, sound_server: None, name: str
) -> None:
    engine = Engine(tmp_path / "parts", make_limit_s=5)
    try:
        call, other = [await engine.make(text, "vi") for text in ("số a, không bốn hai.", "số bê, một trăm mười bảy.")]
    finally:
        await engine.close()
    found = await find_player(None, tmp_path)
    child = CommandPlayer("miniaudio", [sys.executable, "-m", "display.play_child"])
    player = found if name == "paplay" else child
    assert player.name == name
    heard = await record(player, call)
    assert likeness_in_pieces(heard, samples(call)) > 0.9
    assert likeness_in_pieces(heard, samples(other)) < 0.7


def test_the_sound_server_of_this_test_is_its_own(sound_server: None) -> None:
    sinks = subprocess.run(["pactl", "list", "short", "sinks"], capture_output=True, text=True, check=True).stdout
    assert [line.split("\t")[1] for line in sinks.splitlines()] == ["hall"]
    assert shutil.which("parec")

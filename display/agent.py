"""
luot-display: ``speaker`` says the calls of its areas, ``board`` serves the hall's board to a browser on this machine.

This is the composition root: it reads the settings, builds the parts and wires them. What they do is in their modules.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import structlog
import typer

from display.announce import Reading
from display.engine import Engine
from display.gateway import Upstream, build_gateway
from display.logs import start_log
from display.memory import Memory
from display.numerals import NumberStyle, Region
from display.phrasebook import load_phrasebooks
from display.player import find_player
from display.running import run_until, serve, stop_on_signals
from display.sound import chime
from display.speaker import AreaWorker, Hall, Reporter, Speaker
from display.voices import ClipPack, Voices
from server.live.link import Link
from server.live.trust import trust

log = structlog.get_logger()

LANGUAGES_TRIED = ("vi", "en")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class SpeakerSettings:
    """
    Everything that differs between two speakers.

    Attributes:
        output: Render into this folder; None looks for a sound card first.
        state: What must survive a restart.
        is_paced: Rendering takes as long as the sound would.
        devices: The sound output of an area, as its player calls it; an area that is not named uses the usual one.
        ca: Trusted over https beside the system's certificates.
    """

    server: str
    token: str
    areas: Sequence[str]
    output: Path | None
    state: Path
    packs: Sequence[Path]
    reading: Reading
    is_paced: bool
    devices: dict[str, str]
    ca: Path | None


async def run_speaker(settings: SpeakerSettings) -> None:
    """Speak until told to end; prints one line of JSON once the voices are tried and the hall's state is known."""
    chime()  # made now and kept, so that the first call does not wait for it
    async with contextlib.AsyncExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        memory = Memory(settings.state / "announced.jsonl")
        stack.callback(memory.close)
        engine = await stack.enter_async_context(_engine(settings.reading.region))
        facts = {"areas": list(settings.areas), "voices": await engine.start(LANGUAGES_TRIED)}
        topics = [f"area:{area}" for area in settings.areas]
        link = Link(settings.server, settings.token, topics, ssl_context=trust(settings.server, settings.ca))
        stack.push_async_callback(link.close)

        voices = Voices(engine, [ClipPack(folder) for folder in settings.packs], load_phrasebooks(), settings.reading)
        hall, reporter = Hall(link), Reporter(link)
        workers, outputs = {}, {}
        for area in settings.areas:
            device = settings.devices.get(area)
            player = await find_player(settings.output, settings.state / "speech", settings.is_paced, device)
            workers[area] = AreaWorker(area, player, voices, memory, hall, reporter.report)
            outputs[area] = player.name
        speaker = Speaker(link, hall, reporter, workers)
        hearing = speaker.run(lambda: _say_ready("speaker", {**facts, "outputs": outputs}))
        await run_until(stop, [hearing, *(worker.run() for worker in workers.values())])
        log.info("agent.ends")


async def run_board(server: str, token: str, area: str, port: int, is_opened: bool, ca: Path | None) -> None:
    """Serve the board until told to end; prints one line of JSON with its address when it answers."""
    with stop_on_signals() as stop:
        async with serve(build_gateway(Upstream(server, token, trust(server, ca)), area), port) as url:
            _say_ready("board", {"area": area, "url": url, "server": server})
            if is_opened:
                webbrowser.open(url)
            await stop.wait()
            log.info("agent.ends")


@contextlib.asynccontextmanager
async def _engine(region: Region) -> AsyncIterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="luot-speech-", ignore_cleanup_errors=True) as folder:
        engine = Engine(Path(folder), region)
        try:
            yield engine
        finally:
            await engine.close()


def _say_ready(role: str, facts: dict[str, object]) -> None:
    sys.stdout.write(json.dumps({"ready": "luot-display", "role": role, **facts}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


Server = Annotated[str, typer.Option(help="The server, such as http://192.168.1.10:8000", envvar="LUOT_SERVER")]
Token = Annotated[str, typer.Option(help="This device's token", envvar="LUOT_TOKEN")]
TokenFile = Annotated[Path | None, typer.Option(help="A file that holds the token")]
Ca = Annotated[
    Path | None,
    typer.Option(help="The hospital's own certificate (PEM), trusted beside the system's", envvar="LUOT_CA"),
]


@app.callback()
def display() -> None:
    """The hall's voice and the hall's board: two agents, started one by one."""


@app.command()
def speaker(
    server: Server,
    state_dir: Annotated[Path, typer.Option(help="A folder of this speaker's own: what it has said")],
    area: Annotated[list[str], typer.Option(help="The code of an area; give it again for another one")],
    token: Token = "",
    token_file: TokenFile = None,
    output: Annotated[Path | None, typer.Option(help="Make WAV files in this folder instead of sound")] = None,
    pack: Annotated[
        list[Path] | None, typer.Option(help="A folder of clips, LANGUAGE/CLIP.wav; the first wins")
    ] = None,
    region: Annotated[Region, typer.Option(help="Which Vietnamese is spoken")] = Region.NORTH,
    numbers: Annotated[NumberStyle, typer.Option(help="How a ticket's digits are read")] = NumberStyle.ZEROS,
    device: Annotated[list[str] | None, typer.Option(help="AREA=NAME: the sound output of an area")] = None,
    instant: Annotated[bool, typer.Option("--instant", help="With WAV files: do not wait out each sound")] = False,
    ca: Ca = None,
) -> None:
    """Say the calls of one or more areas."""
    with _plain_errors():
        settings = SpeakerSettings(
            server=server,
            token=_token(token, token_file),
            areas=list(dict.fromkeys(area)),
            output=output,
            state=state_dir,
            packs=[_folder(folder) for folder in pack or []],
            reading=Reading(numbers, region),
            is_paced=not instant,
            devices=dict(_pair(text) for text in device or []),
            ca=ca,
        )
        asyncio.run(run_speaker(settings))


@app.command()
def board(
    server: Server,
    area: Annotated[str, typer.Option(help="The code of the area that the board shows")],
    token: Token = "",
    token_file: TokenFile = None,
    port: Annotated[int, typer.Option(help="Where the board is served; 0 = any free port", min=0, max=65535)] = 8082,
    open_page: Annotated[bool, typer.Option("--open", help="Open the board in a browser")] = False,
    ca: Ca = None,
) -> None:
    """Serve the board of an area to a browser on this machine."""
    with _plain_errors():
        asyncio.run(run_board(server, _token(token, token_file), area, port, open_page, ca))


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what a technician can mend into one sentence."""
    start_log()
    try:
        yield
    except (OSError, ValueError) as error:
        log.debug("agent.failed", exc_info=True)
        sys.stderr.write(f"luot-display: {error}\n")
        raise typer.Exit(1) from error


def _token(token: str, token_file: Path | None) -> str:
    if token_file is not None:
        try:
            token = token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise ValueError(f"--token-file: {token_file} cannot be read: {reason}") from error
    if not token:
        raise ValueError("a token is needed: --token or --token-file")
    return token


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder of clips")
    return folder


def _pair(text: str) -> tuple[str, str]:
    area, equals, name = text.partition("=")
    if not equals:
        raise ValueError(f"--device is AREA=NAME, not {text}")
    return area, name


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()

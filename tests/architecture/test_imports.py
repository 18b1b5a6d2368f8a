"""Who may import whom: the house's table, and the one package in which each large library is at home."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
OURS = ("server", "kiosk", "display", "printer")

#: The client's end of the live protocol: what devices may import of it.
CLIENT_END = (
    "server.live.messages", "server.live.session", "server.live.follower", "server.live.link", "server.live.trust",
)  # fmt: skip
#: Leaves that import nothing of ours. The clock is open to all but the rules.
CLOCK, WORDS, LOGS, SETTINGS = "server.clock", "server.words", "server.logs", "server.settings"
LOCKS = "server.locks"
#: What composes the server, and the commands beside it, may import all of it.
COMPOSITION = ("server.app", "server.serving", "server.cli", "server.commands", "server.commanding", "server.demo")

#: Part → what of ours it may import beside itself; the most exact part that fits counts.
MAY: dict[str, tuple[str, ...]] = {
    "server.rules": (),
    CLOCK: (),
    WORDS: (),
    LOGS: (),
    SETTINGS: (),
    LOCKS: (),
    "server.records": ("server.rules", CLOCK),
    "server.actions": ("server.rules", "server.records", WORDS, CLOCK),
    "server.live.messages": (),
    "server.live.session": ("server.live.messages",),
    "server.live.trust": (),
    "server.live.follower": (CLOCK,),
    "server.live.link": ("server.live.follower", "server.live.messages", "server.live.trust", CLOCK),
    "server.live": ("server.records", "server.rules", CLOCK),
    "server.duties": ("server.actions", "server.records", "server.rules", "server.live", CLOCK),
    "server.http": (
        "server.actions", "server.records", "server.rules", "server.live", "printer.slip", WORDS, SETTINGS, CLOCK,
    ),
    "printer": (),
    "kiosk": ("printer", "server.rules", CLOCK, *CLIENT_END),
    "display": (CLOCK, *CLIENT_END),
    "server.__main__": ("server.cli",),
    **dict.fromkeys(COMPOSITION, ("server",)),
}  # fmt: skip

#: Library → the packages of ours that may import it directly.
HOMES = {
    "sqlmodel": ("server.records",),
    "sqlalchemy": ("server.records",),
    "alembic": ("server.records",),
    "psycopg": ("server.records",),
    "sqlite3": ("server.records", "kiosk"),
    "fastapi": ("server.http", "server.app", "server.serving", "server.demo"),
    "uvicorn": ("server.http", "server.serving", "kiosk", "display"),
    "websockets": ("server.live.link", "server.http", "display"),
    "httpx": ("kiosk", "server.demo"),
    "escpos": ("printer",),
    "PIL": ("printer",),
    "segno": ("printer",),
    "serial": ("printer", "kiosk"),
    "usb": ("printer",),
    "pyttsx3": ("display",),
    "miniaudio": ("display",),
    "espeakng_loader": ("display",),
    "prometheus_client": ("server.http",),
}
IMPURE = {"asyncio", "logging", "random", "time", "secrets", "threading", "os", "io", "socket", "sqlite3", "structlog"}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*OURS, include_external_packages=True)


def modules() -> list[str]:
    return sorted(name for name in graph().modules if name.partition(".")[0] in OURS)


def is_in(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def part_of(module: str) -> str | None:
    return max((part for part in MAY if is_in(module, part)), key=len, default=None)


def test_every_module_belongs_to_a_part_of_the_table() -> None:
    empty = {"server", "server.live", "server.migrations"}
    assert [name for name in modules() if part_of(name) is None and name not in empty] == []


@pytest.mark.parametrize("part", MAY)
def test_a_part_imports_what_the_table_allows(part: str) -> None:
    wrong = []
    for module in modules():
        if part_of(module) != part:
            continue
        for found in graph().find_modules_directly_imported_by(module):
            is_ours = found.partition(".")[0] in OURS
            if is_ours and not any(is_in(found, allowed) for allowed in (part, *MAY[part])):
                wrong.append(f"{module} -> {found}")
    assert wrong == []


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_at_home_only(library: str) -> None:
    found = graph().find_modules_that_directly_import(library) if library in graph().modules else set()
    assert [name for name in found if not any(is_in(name, home) for home in HOMES[library])] == []


def test_the_rules_import_nothing_that_asks_or_tells_the_world() -> None:
    for path in (ROOT / "server/rules").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {name.partition(".")[0] for name in names} & IMPURE, path.name


def test_only_the_clock_asks_the_time() -> None:
    asking = {"time.time", "time.time_ns", "time.monotonic", "datetime.now", "datetime.utcnow", "date.today"}
    for path in (ROOT / "server").rglob("*.py"):
        if path.name == "clock.py" or is_in(_module(path), "server.demo"):
            continue
        called = {ast.unparse(node.func) for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)}
        assert not called & asking, path


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("name", ["server/__init__.py", "server/live/__init__.py"])
def test_what_devices_import_on_the_way_is_empty(name: str) -> None:
    assert (ROOT / name).read_text() == ""


@pytest.mark.parametrize("module", ["kiosk.agent", "display.agent"])
def test_an_agent_brings_neither_rows_nor_routes_into_memory(module: str) -> None:
    code = (
        f"import sys, {module}; print([name for name in ('sqlmodel', 'sqlalchemy', 'fastapi') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

"""Who may import whom: the house's table over the real import graph, and what importing a program brings in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import grimp
import pytest

PACKAGES = ("server", "kiosk", "display", "printer")
DEVICE_LINK = ("server.live.messages", "server.live.session", "server.live.link", "server.live.follower")
WORDS = ("server.words",)
#: Part of the house → what of ours it may import beside itself. The longest matching name counts.
TABLE: Mapping[str, tuple[str, ...]] = {
    "server.rules": (),
    "server.clock": (),
    "server.words": (),
    "server.settings": (),
    "server.logs": (),
    "server.records": ("server.rules", "server.clock"),
    "server.actions": ("server.rules", "server.records", "server.clock", *WORDS),
    "server.live.messages": (),
    "server.live.session": ("server.live.messages",),
    "server.live.follower": (),
    "server.live.link": ("server.live.follower", "server.live.messages", "server.live.session", "server.clock"),
    "server.live": ("server.records", "server.rules", "server.live", "server.clock"),
    "server.duties": ("server.actions", "server.records", "server.rules", "server.live", "server.clock"),
    "server.http": (
        "server.actions", "server.records", "server.rules", "server.live", "server.clock", "server.settings",
        "printer.slip", *WORDS,
    ),
    "server.app": ("server",),
    "server.cli": ("server",),
    "server.commands": ("server",),
    "server.commanding": ("server",),
    "server.serving": ("server",),
    "server.demo": ("server",),
    "server.__main__": ("server",),
    "printer": (),
    "kiosk": ("printer", "server.rules", "server.clock", *DEVICE_LINK),
    "display": ("server.clock", *DEVICE_LINK),
}  # fmt: skip
#: Third-party packages at home in one place: nobody else imports them.
HOMES: Mapping[str, tuple[str, ...]] = {
    "sqlmodel": ("server.records",),
    "sqlalchemy": ("server.records",),
    "alembic": ("server.records",),
    "psycopg": ("server.records",),
    "escpos": ("printer",),
    "PIL": ("printer",),
    "segno": ("printer",),
    "serial": ("printer", "kiosk"),
    "pyttsx3": ("display",),
    "miniaudio": ("display",),
    "websockets": ("server.live.link", "server.http.frames", "display"),
    "fastapi": ("server.http", "server.app", "server.serving", "server.demo"),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True)


def belongs(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def part_of(module: str) -> str | None:
    found = [part for part in TABLE if belongs(module, part)]
    return max(found, key=len, default=None)


def ours(graph: grimp.ImportGraph) -> list[str]:
    return sorted(module for module in graph.modules if module.partition(".")[0] in PACKAGES)


def test_every_module_has_a_place_in_the_table(graph: grimp.ImportGraph) -> None:
    homeless = [module for module in ours(graph) if part_of(module) is None and module != "server"]
    assert homeless == []


def test_nobody_imports_what_the_table_does_not_allow(graph: grimp.ImportGraph) -> None:
    wrong = []
    for module in ours(graph):
        part = part_of(module)
        if part is None:
            continue
        for target in graph.find_modules_directly_imported_by(module):
            if target.partition(".")[0] not in PACKAGES or target in ("server", "server.live") or belongs(target, part):
                continue
            if not any(belongs(target, allowed) for allowed in TABLE[part]):
                wrong.append(f"{module} imports {target}")
    assert wrong == []


def test_each_third_party_package_stays_in_its_home(graph: grimp.ImportGraph) -> None:
    wrong = [
        f"{module} imports {package}"
        for package, homes in HOMES.items()
        if package in graph.modules
        for module in graph.find_modules_that_directly_import(package)
        if not any(belongs(module, home) for home in homes)
    ]
    assert wrong == []


def test_rules_use_neither_clock_nor_chance_nor_input(graph: grimp.ImportGraph) -> None:
    forbidden = {"asyncio", "logging", "random", "time", "secrets", "os", "socket", "sqlite3", "structlog"}
    rules = [module for module in ours(graph) if belongs(module, "server.rules")]
    wrong = [
        f"{module} imports {target}"
        for module in rules
        for target in graph.find_modules_directly_imported_by(module)
        if target.partition(".")[0] in forbidden
    ]
    assert wrong == []


@pytest.mark.parametrize("program", ["kiosk.agent", "display.agent", "printer.cli"])
def test_starting_a_device_brings_no_database_in(program: str) -> None:
    code = (
        f"import {program}, sys; print([name for name in ('sqlmodel', 'sqlalchemy', 'fastapi') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

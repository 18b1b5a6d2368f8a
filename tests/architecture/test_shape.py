"""The house's limits: short functions, short files, nothing that only POSIX has where Windows is a target."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("server", "kiosk", "display", "printer", "tests")
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 400
POSIX_ONLY = re.compile(
    r"\b(?:import (?:fcntl|pwd|grp|termios|resource|pty)|os\.(?:fork|setsid|getuid|geteuid)\b"
    r"|add_signal_handler|AF_UNIX)"
)


def files(*suffixes: str) -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*"))
        if path.suffix in suffixes and "__pycache__" not in path.parts
    ]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            has_docstring = ast.get_docstring(node) is not None and len(node.body) > 1
            first = node.body[1].lineno if has_docstring else node.lineno
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or first) - first + 1


def test_no_function_is_longer_than_a_screen() -> None:
    long = [name for path in files(".py") for name, lines in functions(path) if lines > FUNCTION_LINES_MAX]
    assert long == []


def test_no_file_is_longer_than_it_can_be_read() -> None:
    long = [
        str(path.relative_to(ROOT))
        for path in files(".py", ".js", ".css", ".html")
        if "migrations" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES_MAX
    ]
    assert long == []


@pytest.mark.parametrize("package", ["kiosk", "display", "printer"])
def test_devices_need_nothing_that_only_posix_has(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if POSIX_ONLY.search(line)
    ]
    assert found == []


def test_the_posix_lint_sees_what_it_looks_for() -> None:
    lines = ("import fcntl", "loop.add_signal_handler(1, f)", "os.fork()", "socket.AF_UNIX")
    assert all(POSIX_ONLY.search(line) for line in lines)


def test_the_two_empty_packages_stay_empty() -> None:
    assert [
        (ROOT / name).read_text(encoding="utf-8") for name in ("server/__init__.py", "server/live/__init__.py")
    ] == ["", ""]

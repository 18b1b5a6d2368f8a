"""The house's manners: short functions in pages too, reasons beside exceptions, nothing for later, no test left out."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("server", "kiosk", "display", "printer", "tests")
FUNCTION_LINES_MAX = 60
KINDS = (".py", ".js", ".css", ".html")


def files(*folders: str, kinds: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in kinds and "node_modules" not in path.parts:
                yield path


def test_no_script_function_is_longer_than_60_lines() -> None:
    """By indentation: pages are formatted, so a function ends where its closing brace stands under its beginning."""
    long = []
    for path in files("server", "kiosk", "display", "printer", kinds=(".js",)):
        begun: list[tuple[int, int, str]] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            indent = len(line) - len(line.lstrip())
            if begun and line.strip().startswith("}") and indent == begun[-1][0]:
                _, start, text = begun.pop()
                if number - start >= FUNCTION_LINES_MAX:
                    long.append(f"{path.relative_to(ROOT)}:{start} {text}")
            elif re.search(r"(function\b.*|=>|^\s*(async\s+)?#?\w+\([^;]*\))\s*\{$", line) and "if (" not in line:
                begun.append((indent, number, line.strip()))
    assert long == []


def test_each_exception_to_a_rule_has_its_code_and_its_reason_on_the_line() -> None:
    bare = []
    for path in files(*FOLDERS):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            comment = re.search(r"#\s*(noqa|type:\s*ignore)(.*)$", line)
            if comment and not re.match(r"(: |\[)[\w, -]+\]?.*\s(-|#)\s*\S+ \S+", comment.group(2)):
                bare.append(f"{path.relative_to(ROOT)}:{number} {line.strip()}")
    assert bare == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [path for path in files(*FOLDERS, kinds=KINDS) if later.search(path.read_text(encoding="utf-8"))]
    assert [str(path.relative_to(ROOT)) for path in found] == []


def test_no_test_is_skipped() -> None:
    skips = re.compile(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|skipif|xfail)|assert " + r"True\b")
    found = [
        path for path in files("tests") if path != Path(__file__) and skips.search(path.read_text(encoding="utf-8"))
    ]
    assert [str(path.relative_to(ROOT)) for path in found] == []

"""Every setting, event, refusal and metric is documented where its reader looks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from server.http.guests import RIGHTS
from server.http.problems import STATUS
from server.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SERVER = ROOT / "server"
KIND = re.compile(r"(?:ticket|room|announcement|device|staff|session|setup|day)\.[a-z_]+")


def quoted(page: Path) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8")))


def source(*folders: str) -> str:
    files = [path for folder in folders for path in sorted((SERVER / folder).rglob("*.py"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_each_setting_is_on_the_servers_page() -> None:
    assert set(Settings.model_fields) <= quoted(SERVER / "README.md")


def test_each_metric_is_on_the_servers_page() -> None:
    metrics = set(re.findall(r'"(luot_[a-z_]+)"', source("http")))
    assert metrics
    assert metrics <= quoted(SERVER / "README.md")


def test_each_refusal_is_on_its_page_with_its_status() -> None:
    page = (SERVER / "docs" / "refusals.md").read_text(encoding="utf-8")
    listed = {code: int(status) for code, status in re.findall(r"^\| `([a-z_]+)` \| (\d+) \|", page, re.MULTILINE)}
    assert listed == dict(STATUS)


def logged_kinds() -> set[str]:
    """Each kind of event that an action may write; lines for the technician (`log.info("…")`) are none."""
    kinds: set[str] = set()
    for path in (SERVER / "actions").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        lines = {
            id(call.args[0])
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.") and call.args
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in lines:
                kinds |= {node.value} if KIND.fullmatch(node.value) else set()
    return kinds | {f"announcement.{state}" for state in ("started", "done", "failed", "expired")}


def test_the_protocols_table_holds_each_kind_of_event_and_no_other() -> None:
    page = (SERVER / "docs" / "live.md").read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| ([^|]+) \|", page.partition("\n## Kinds of events\n")[2], re.MULTILINE)
    listed = {kind for cell in first_cells for kind in re.findall(r"`([^`]+)`", cell)}
    assert listed == logged_kinds()


def test_each_role_of_the_rights_is_on_the_servers_page() -> None:
    page = (SERVER / "README.md").read_text(encoding="utf-8")
    missing = {role for roles in RIGHTS.values() for role in roles if not re.search(rf"\b{role}\b", page)}
    assert missing == set()


def test_each_decision_is_in_the_index() -> None:
    folder = SERVER / "docs" / "decisions"
    pages = {path.name for path in folder.glob("[0-9]*.md")}
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert pages == set(re.findall(r"\(([0-9][^)]+\.md)\)", index))


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *SERVER.rglob("*.md"), *ROOT.glob("tests/*/README.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert broken == []

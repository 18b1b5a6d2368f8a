"""Every setting, event, refusal and metric is documented where its reader looks."""

from __future__ import annotations

import re
from pathlib import Path

from server.http.guests import RIGHTS
from server.http.problems import STATUS
from server.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SERVER = ROOT / "server"


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


def test_each_event_is_in_the_protocols_table() -> None:
    kinds = set(
        re.findall(r'"((?:ticket|room|announcement|device|staff|session|setup|day)\.[a-z_]+)"', source("actions"))
    )
    assert len(kinds) > 20
    assert kinds <= quoted(SERVER / "docs" / "live.md")


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

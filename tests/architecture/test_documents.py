"""The documents list what the program has: event kinds, settings, metrics, refusals, and nothing beside them."""

import ast
import re
from pathlib import Path

import pytest
from prometheus_client import Metric

from server.actions.announce import end_announcement, report_announcement
from server.http.operators import Metrics
from server.http.problems import STATUS
from server.live.hub import Hub
from server.live.projection import World
from server.settings import Settings
from tests.server.small_hospital import small_hospital

SERVER = Path(__file__).parents[2] / "server"
#: Kinds whose end is the state that the announcement comes to.
BY_STATE = {
    report_announcement.__name__: ("started", "done", "failed"),
    end_announcement.__name__: ("failed", "expired"),
}


def named_in_tables(document: str, heading: str) -> set[str]:
    """The codes in the first column of the table under *heading*."""
    text = (SERVER / document).read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)`", section, flags=re.MULTILINE))


def emitted() -> set[str]:
    """Each kind that an action logs, read from the calls of `emit`, `emit_ticket` and those that pass a kind on."""
    kinds: set[str] = set()
    for path in (SERVER / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                kinds |= {node.value} if re.fullmatch(r"[a-z]+\.[a-z_]+", node.value) else set()
    kinds -= {"site.code"}  # the field of a refusal, not an event
    return kinds | {f"announcement.{state}" for states in BY_STATE.values() for state in states}


def test_each_kind_of_event_is_described() -> None:
    assert named_in_tables("docs/live.md", "Kinds of event") == emitted()


def test_each_setting_is_described() -> None:
    assert named_in_tables("README.md", "Settings") == {f"LUOT_{name.upper()}" for name in Settings.model_fields}


def test_each_metric_is_described() -> None:
    metrics = Metrics(Hub(World(small_hospital()), "epoch", 0))
    found: list[Metric] = list(metrics.registry.collect())
    assert named_in_tables("README.md", "Metrics") == {metric.name for metric in found}


def test_each_refusal_is_described() -> None:
    text = (SERVER / "docs/refusals.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", text, flags=re.MULTILINE))
    assert {code: int(status) for code, status in rows.items()} == dict(STATUS)


@pytest.mark.parametrize("name", ["server", "kiosk", "display", "printer"])
def test_each_package_has_a_page_about_itself(name: str) -> None:
    assert (SERVER.parent / name / "README.md").is_file()

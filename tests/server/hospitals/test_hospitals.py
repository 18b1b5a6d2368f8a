"""The three hospitals that are shipped, and the guide for who writes a fourth."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from server.actions.setup import crowded_areas, read_hospital
from server.actions.setup_checks import FIELDS, SINGLE
from server.actions.setup_values import ICONS
from server.rules.hospital import Hospital

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "server" / "hospitals").glob("*.toml"))
GUIDE = ROOT / "server" / "docs" / "hospital-file.md"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_passes_its_own_check_without_a_crowded_hall(path: Path) -> None:
    assert crowded_areas(read_hospital(path)) == {}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_hospital_survives_being_kept_as_a_document(path: Path) -> None:
    hospital = read_hospital(path)
    assert Hospital.from_document(json.loads(json.dumps(hospital.document()))) == hospital


def test_three_hospitals_are_shipped() -> None:
    assert [path.stem for path in SHIPPED] == ["district", "provincial", "traditional"]


def test_the_provincial_hospital_is_as_large_as_the_reference() -> None:
    hospital = read_hospital(ROOT / "server" / "hospitals" / "provincial.toml")
    kinds = [hospital.queues[room.queues[0]].kind for room in hospital.rooms.values()]
    assert {kind: kinds.count(kind) for kind in ("reception", "clinic", "cashier")} == {
        "reception": 5, "clinic": 23, "cashier": 10,
    }  # fmt: skip


def test_the_provincial_hospital_begins_with_internal_medicine_in_the_main_hall() -> None:
    hospital = read_hospital(ROOT / "server" / "hospitals" / "provincial.toml")
    room = next(iter(hospital.rooms.values()))
    assert (room.code, room.area, room.queues) == ("p1", "sanh", ("noi",))
    assert [next(iter(part)) for part in (hospital.services, hospital.queues, hospital.areas)] == ["noi", "noi", "sanh"]
    assert hospital.services["noi"].flow == ("noi", "thu-ngan", "nha-thuoc")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_two_letters_of_a_shipped_hospital_sound_alike(path: Path) -> None:
    alike = {frozenset(pair) for pair in ("BP", "MN", "LR", "SX", "GJ", "UV", "VW", "IY", "OQ")}
    prefixes = [series.prefix for series in read_hospital(path).series.values()]
    assert not [pair for pair in combinations(prefixes, 2) if frozenset(pair) in alike]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_emergencies_of_a_shipped_hospital_have_the_letter_e_and_carry_over(path: Path) -> None:
    hospital = read_hospital(path)
    service = hospital.services["cap-cuu"]
    assert (hospital.series[service.series].prefix, service.at_kiosk) == ("E", False)
    assert hospital.queues["cap-cuu"].carries_over


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_everything_of_a_shipped_hospital_has_an_english_name(path: Path) -> None:
    hospital = read_hospital(path)
    parts: list[Any] = [hospital.areas, hospital.services, hospital.queues, hospital.rooms]
    named = [hospital.site, *(item for part in parts for item in part.values())]
    texts = [item.name for item in named]
    texts += [room.spoken for room in hospital.rooms.values()]
    texts += [queue.where for queue in hospital.queues.values()]
    texts += [text for service in hospital.services.values() for text in (service.hint, service.group) if text]
    assert [text for text in texts if set(text or ()) != {"vi", "en"}] == []


def test_each_icon_that_a_file_may_name_is_drawn() -> None:
    script = (ROOT / "server" / "pages" / "common" / "icons.js").read_text(encoding="utf-8")
    drawn = set(re.findall(r'^  "?([\w-]+)"?: "M', script, re.MULTILINE))
    aliases = re.search(r"ALIASES = \{(.*)\}", script)
    assert aliases is not None
    drawn |= set(re.findall(r'"?([\w-]+)"?: "', aliases[1]))
    assert [name for name in ICONS if name not in drawn] == []


# The guide


def test_the_guide_explains_each_table_and_field() -> None:
    sections = re.split(r"(?m)^## ", GUIDE.read_text(encoding="utf-8"))
    missing = []
    for table, fields in FIELDS.items():
        head = f"`[{table}]`" if table in SINGLE else f"`[[{table}]]`"
        section = next((part for part in sections if part.startswith(head)), "")
        missing += [f"{table}.{name}" for name in fields if f"| `{name}` |" not in section]
    assert missing == []


def test_the_guide_lists_each_icon() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [name for name in ICONS if f"`{name}`" not in text] == []


def test_the_file_that_the_guide_begins_with_passes_the_check(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    path = tmp_path / "smallest.toml"
    path.write_text(example[1], encoding="utf-8")
    assert read_hospital(path).services

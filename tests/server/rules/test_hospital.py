"""A hospital's description: its look-ups and its way into a row and back."""

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from server.rules.discipline import Policy
from server.rules.hospital import Area, Hospital, Queue, Room, Series, Service, Site

NAMES = {"vi": "Tên", "en": "Name"}
HOSPITAL = Hospital(
    site=Site("nho", NAMES, phone_url="https://so.example.vn"),
    areas={"sanh": Area("sanh", NAMES, ("vi", "en"), has_speaker=False)},
    services={"noi": Service("noi", NAMES, "a", ("noi", "thuoc"), hint=NAMES, group=NAMES, hours=("07:00-11:00",))},
    series={"a": Series("a", "A", 100)},
    queues={
        "noi": Queue("noi", NAMES, "clinic", Policy(kind="strict", bound_min=60), 9.3, where=NAMES),
        "thuoc": Queue("thuoc", NAMES, "pharmacy", carries_over=True),
        "mat": Queue("mat", NAMES, "clinic"),
    },
    rooms={
        "p2": Room("p2", "sanh", "2", NAMES, NAMES, ("noi", "thuoc")),
        "p1": Room("p1", "sanh", "1", NAMES, NAMES, ("noi",), where=NAMES),
    },
)


def test_a_description_comes_back_from_its_document_as_it_was() -> None:
    assert Hospital.from_document(json.loads(json.dumps(HOSPITAL.document()))) == HOSPITAL


def test_the_order_of_the_file_survives_the_document() -> None:
    again = Hospital.from_document(json.loads(json.dumps(HOSPITAL.document())))
    assert list(again.rooms) == ["p2", "p1"]


def test_rooms_of_a_queue_stand_in_the_order_of_the_file() -> None:
    assert HOSPITAL.rooms_of_queue == {"noi": ("p2", "p1"), "thuoc": ("p2",), "mat": ()}


def test_each_queue_has_its_kind() -> None:
    assert HOSPITAL.queue_kinds == {"noi": "clinic", "thuoc": "pharmacy", "mat": "clinic"}


def test_the_time_zone_is_the_sites() -> None:
    assert HOSPITAL.timezone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert replace(HOSPITAL, site=replace(HOSPITAL.site, timezone="Asia/Bangkok")).timezone == ZoneInfo("Asia/Bangkok")


def test_a_code_that_the_hospital_lacks_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        HOSPITAL.rooms["p99"]

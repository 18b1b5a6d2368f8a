"""Reading a hospital's file, and what loading it again must not lose."""

from pathlib import Path
from typing import Any

import pytest

from server import words
from server.actions import call, setup
from server.actions.issue import IssueRequest, issue_ticket
from server.actions.setup import build, crowded_areas, load_hospital
from server.records.transaction import Transaction
from server.records.writer import Writer
from server.rules.hospital import Hospital
from server.rules.refusals import BodyMalformed
from tests.server.actions.setup_files import GOOD, LANGUAGES, changed, line_of, mistakes, read, seen
from tests.server.small_hospital import DOCUMENT

# What a file may be


def test_a_correct_file_is_read(tmp_path: Path) -> None:
    hospital = read(tmp_path, GOOD)
    assert (list(hospital.rooms), hospital.services["noi"].flow) == (["p1"], ("noi",))


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()).site.code == "nho"


def test_a_file_with_the_line_ends_of_windows_is_read_and_its_lines_are_counted_right(tmp_path: Path) -> None:
    windows = changed('kind = "clinic"', 'kind = "clinik"').replace("\n", "\r\n")
    assert seen(mistakes(tmp_path, windows)) == [(line_of("clinik", windows), "value_wrong")]


def test_what_is_left_out_gets_the_defaults_of_the_house(tmp_path: Path) -> None:
    hospital = read(tmp_path, GOOD)
    site, area, service = hospital.site, hospital.areas["sanh"], hospital.services["noi"]
    assert (site.timezone, site.languages, site.phone_url) == ("Asia/Ho_Chi_Minh", ("vi", "en"), None)
    assert (area.languages, area.has_speaker) == (("vi",), True)
    assert (service.purpose, service.at_kiosk, service.group) == ("examination", True, None)
    assert hospital.queues["noi"].policy.priority_to_normal == 3
    assert hospital.rooms["p1"].spoken == {"vi": "Phòng 1"}


def test_hours_of_the_site_hold_for_each_service_without_hours_of_its_own(tmp_path: Path) -> None:
    text = changed("\n\n[[area]]", '\nhours = ["07:00-11:00"]\n\n[[area]]')
    assert read(tmp_path, text).services["noi"].hours == ("07:00-11:00",)
    own = text + 'hours = ["13:00-14:00"]\n'
    assert read(tmp_path, own).services["noi"].hours == ("13:00-14:00",)


def test_a_service_carries_the_name_of_its_group(tmp_path: Path) -> None:
    text = GOOD + 'group = "kham"\n\n[[group]]\ncode = "kham"\nname = { vi = "Khám bệnh", en = "Examinations" }\n'
    assert read(tmp_path, text).services["noi"].group == {"vi": "Khám bệnh", "en": "Examinations"}


def test_the_public_address_loses_its_last_slash(tmp_path: Path) -> None:
    text = changed('code = "nho"', 'code = "nho"\nphone_url = "https://so.example.vn/"')
    assert read(tmp_path, text).site.phone_url == "https://so.example.vn"


# What the whole file can do wrong


def test_a_file_of_another_encoding_is_refused_at_its_first_foreign_byte(tmp_path: Path) -> None:
    found = mistakes(tmp_path, b'[site]\ncode = "nho"\nname = { vi = "B\xea\xb9nh" }\n')
    assert seen(found) == [(3, "not_utf8")]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "#" * (setup.FILE_BYTES_MAX + 1))
    assert seen(found) == [(1, "too_large")]


def test_broken_toml_is_refused_at_its_line(tmp_path: Path) -> None:
    text = changed('label = "1"', 'label = "1')
    found = mistakes(tmp_path, text)
    assert seen(found) == [(line_of('label = "1', text), "not_toml")]
    assert "line" not in str(found[0].facts["problem"])


def test_toml_that_ends_in_the_middle_is_refused_at_its_last_line(tmp_path: Path) -> None:
    text = GOOD + "flow2 = ["
    assert seen(mistakes(tmp_path, text)) == [(text.count("\n") + 1, "not_toml")]


# Loading


def without(table: str, *codes: str) -> Hospital:
    """The small hospital less some items, and less what names them."""
    document = DOCUMENT | {table: [item for item in DOCUMENT[table] if item["code"] not in codes]}
    return build(document)


def take_number(writer: Writer, service: str = "noi") -> dict[str, Any]:
    return dict(writer.run_now(lambda tx: issue_ticket(tx, IssueRequest(service=service))))


def refused(writer: Writer, hospital: Hospital) -> str:
    with pytest.raises(BodyMalformed) as refusal:
        writer.run_now(lambda tx: load_hospital(tx, hospital))
    sentence = str(refusal.value.facts["sentence"])
    for language in LANGUAGES:
        assert "…" not in words.sentence("setup", sentence, language, refusal.value.facts)
    return sentence


def mark(writer: Writer, statement: str) -> None:
    def act(tx: Transaction) -> None:
        tx.rows.run(statement)

    writer.run_now(act)


def test_loading_again_makes_a_new_version_and_keeps_the_tickets(writer: Writer) -> None:
    ticket = take_number(writer)
    version = writer.run_now(lambda tx: load_hospital(tx, build(DOCUMENT)))["version"]
    kept = writer.run_now(lambda tx: tx.rows.one("SELECT label, state FROM ticket"))
    assert (version, kept) == (2, {"label": ticket["number"], "state": "open"})


def test_the_file_of_another_hospital_is_not_loaded(writer: Writer) -> None:
    other = build(DOCUMENT | {"site": {"code": "khac", "name": {"vi": "Khác"}}})
    assert refused(writer, other) == "site_other"


def test_a_queue_with_people_waiting_is_not_taken_away(writer: Writer) -> None:
    take_number(writer)
    assert refused(writer, without("queue", "noi")) == "queue_waiting"


def test_a_queue_in_which_nobody_waits_any_more_may_go(writer: Writer) -> None:
    take_number(writer)
    mark(writer, "UPDATE entry SET state = 'done'")
    assert writer.run_now(lambda tx: load_hospital(tx, without("queue", "noi")))["version"] == 2


@pytest.mark.parametrize("is_serving", [False, True])
def test_a_room_with_somebody_in_it_is_not_taken_away(writer: Writer, is_serving: bool) -> None:
    take_number(writer)
    writer.run_now(lambda tx: call.call_next(tx, "p1"))
    if is_serving:
        writer.run_now(lambda tx: call.start(tx, "p1"))
    assert refused(writer, without("room", "p1")) == "room_calling"


def test_a_room_may_go_when_its_patient_has_gone(writer: Writer) -> None:
    take_number(writer)
    writer.run_now(lambda tx: call.call_next(tx, "p1"))
    writer.run_now(lambda tx: call.finish(tx, "p1"))
    assert writer.run_now(lambda tx: load_hospital(tx, without("room", "p1")))["version"] == 2


def test_an_area_whose_loudspeaker_speaks_is_not_taken_away(writer: Writer) -> None:
    take_number(writer)
    writer.run_now(lambda tx: call.call_next(tx, "p1"))
    assert refused(writer, without("area", "sanh")) == "area_announcing"


def test_an_area_that_has_fallen_silent_may_go(writer: Writer) -> None:
    take_number(writer)
    writer.run_now(lambda tx: call.call_next(tx, "p1"))
    mark(writer, "UPDATE announcement SET state = 'done'")
    assert writer.run_now(lambda tx: load_hospital(tx, without("area", "sanh")))["version"] == 2


def renamed_series(prefix: str) -> Hospital:
    """The small hospital with the series A under another code."""
    series = [{"code": "moi", "prefix": prefix}, {"code": "B"}, {"code": "E"}]
    services = [item | {"series": "moi"} if item["series"] == "A" else item for item in DOCUMENT["service"]]
    return build(DOCUMENT | {"series": series, "service": services})


def test_a_letter_that_was_printed_today_does_not_count_from_the_start_again(writer: Writer) -> None:
    take_number(writer)
    assert refused(writer, renamed_series("A")) == "prefix_printed"


def test_a_letter_is_free_again_while_nothing_was_printed_with_it(writer: Writer) -> None:
    take_number(writer)
    assert writer.run_now(lambda tx: load_hospital(tx, renamed_series("C")))["version"] == 2


# Halls that one loudspeaker cannot serve


def test_a_hall_that_would_call_too_often_is_named_with_its_calls() -> None:
    rooms = [{**DOCUMENT["room"][0], "code": f"p{n}", "label": str(n)} for n in range(80)]
    hospital = build(DOCUMENT | {"room": [*rooms, *DOCUMENT["room"][1:]]})
    assert crowded_areas(hospital) == {"sanh": 7.1}


def test_a_mute_hall_is_never_crowded() -> None:
    rooms = [{**DOCUMENT["room"][0], "code": f"p{n}", "area": "lau-2"} for n in range(80)]
    assert crowded_areas(build(DOCUMENT | {"room": rooms})) == {}

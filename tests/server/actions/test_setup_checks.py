"""Each mistake in a hospital's file: its line, its code and the sentence that says what to write instead."""

import re
from pathlib import Path

import pytest

from server import words
from server.actions.setup_checks import FIELDS, SINGLE
from tests.server.actions.setup_files import EMERGENCY, GOOD, LANGUAGES, ROOT, changed, line_of, mistakes, read, seen


def test_an_unknown_table_is_shown_with_the_one_that_was_meant(tmp_path: Path) -> None:
    text = GOOD + '\n[[romm]]\ncode = "p2"\n'
    found = mistakes(tmp_path, text)
    assert seen(found) == [(line_of("[[romm]]", text), "table_unknown")]
    assert str(found[0].facts["known"]).startswith("room, ")


@pytest.mark.parametrize("table", ["site", "area", "series", "queue", "room", "service"])
def test_each_table_that_must_be_there_is_missed(tmp_path: Path, table: str) -> None:
    text = re.sub(rf"\[+{table}\]+\n(?:\w.*\n)+", "", GOOD)
    missing = [mistake.facts["table"] for mistake in mistakes(tmp_path, text) if mistake.code == "table_missing"]
    assert missing == [f"[{table}]" if table in SINGLE else f"[[{table}]]"]


def test_an_empty_file_lacks_every_table_that_must_be_there(tmp_path: Path) -> None:
    assert {mistake.code for mistake in mistakes(tmp_path, "")} == {"table_missing"}


def test_a_repeating_table_with_one_bracket_is_refused_once(tmp_path: Path) -> None:
    text = changed("[[area]]", "[area]")
    found = [item for item in mistakes(tmp_path, text) if item.code == "table_single"]
    assert seen(found) == [(line_of("[area]", text), "table_single")]


def test_a_list_of_values_is_no_table(tmp_path: Path) -> None:
    text = "area = [1, 2]\n" + re.sub(r"\[\[area\]\]\n(?:\w.*\n)+", "", GOOD)
    assert (1, "table_single") in seen(mistakes(tmp_path, text))


def test_the_site_with_two_brackets_is_refused(tmp_path: Path) -> None:
    text = changed("[site]", "[[site]]")
    assert seen(mistakes(tmp_path, text)) == [(1, "table_double")]


def test_an_unknown_field_is_shown_with_the_one_that_was_meant(tmp_path: Path) -> None:
    text = changed('label = "1"', 'label = "1"\nlabell = "1"')
    found = mistakes(tmp_path, text)
    assert seen(found) == [(line_of("labell", text), "field_unknown")]
    assert str(found[0].facts["known"]).startswith("label, ")


@pytest.mark.parametrize(
    ("table", "name"), [(table, name) for table, fields in FIELDS.items() for name in fields if fields[name][1]]
)
def test_a_missing_field_is_told_at_the_head_of_its_table(tmp_path: Path, table: str, name: str) -> None:
    head = f"[{table}]" if table in SINGLE else f"[[{table}]]"
    full = GOOD if head in GOOD else f'{GOOD}\n{head}\ncode = "x"\nname = {{ vi = "X" }}\n'
    block = re.search(rf"\[+{table}\]+\n(?:\w.*\n)+", full)
    assert block is not None
    text = full.replace(block[0], re.sub(rf"(?m)^{name} = .*\n", "", block[0]))
    found = [item for item in mistakes(tmp_path, text) if item.code == "field_missing"]
    assert [(item.line, item.facts["field"]) for item in found] == [(line_of(head, text), name)]


WRONG = {
    "code": ['"Phòng 1"', "1", '""', '"-a"', '"a_b"', f'"{"a" * 41}"'],
    "names": ['"Nội"', '{ en = "Internal" }', '{ vi = "" }', '{ vi = "Nội", en = 3 }', f'{{ vi = "{"a" * 201}" }}'],
    "timezone": ['"Hanoi"', "7"],
    "languages": ["[]", '["tay"]', '["vi", "vi"]', '"vi"', "[[]]"],
    "clock": ['"24:00"', '"3:00"', '"03:60"', "3"],
    "address": ['"so.benhvien.vn"', '"ftp://x"', '"https://"', "1"],
    "hours": [
        '"07:00-11:00"',
        '["0700-1100"]',
        '["07:00+07:00-11:00"]',
        '["7:00-11:00"]',
        '["11:00-07:00"]',
        '["07:00"]',
        '["07:00-25:00"]',
        "[7]",
    ],
    "count": ["0", "-1", "1.5", "true", '"3"', "10001"],
    "start": ["0", "9001", "true"],
    "flag": ['"true"', "1"],
    "prefix": ['"a"', '"ABC"', '"Đ"', '"1"', '""', "1"],
    "policy_kind": ['"fair"', "1"],
    "queue_kind": ['"phong-kham"', "[]"],
    "minutes": ["0", "601", "true", '"9"', "nan"],
    "text": ['""', '"  "', "1", f'"{"a" * 201}"'],
    "codes": ["[]", '"noi"', '["Nội"]', '["noi", "noi"]', "[[]]"],
    "icon": ['"hart"', '"close"', "1"],
}
CASES = [
    (table, name, value)
    for table, fields in FIELDS.items()
    for name, (_, _, sentence) in fields.items()
    for value in WRONG[sentence]
]


@pytest.mark.parametrize(("table", "name", "value"), CASES)
def test_a_wrong_value_is_told_at_its_line(tmp_path: Path, table: str, name: str, value: str) -> None:
    head = f"[{table}]" if table in SINGLE else f"[[{table}]]"
    text = GOOD if head in GOOD else f'{GOOD}\n{head}\ncode = "x"\nname = {{ vi = "X" }}\n'
    if head == "[retention]":
        text = f"{GOOD}\n{head}\n"
    start = text.index(head) + len(head) + 1
    body = re.sub(rf"(?m)^{name} = .*\n", "", re.split(r"\n\n", text[start:])[0] + "\n")
    text = text[:start] + f"{name} = {value}\n" + body + "\n" + "\n\n".join(re.split(r"\n\n", text[start:])[1:])
    found = [item for item in mistakes(tmp_path, text) if item.code == "value_wrong"]
    assert [(item.line, item.facts["field"]) for item in found] == [(line_of(head, text) + 1, name)]


def test_a_wrong_value_is_shown_as_it_stands_in_the_file(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, changed('kind = "clinic"', "kind = true"))
    assert found.facts["value"] == "true"
    (found,) = mistakes(tmp_path, changed('label = "1"', f'label = "{"ệ" * 201}"'))
    assert found.facts["value"] == '"' + "ệ" * 59 + "…"


def test_a_code_that_stands_twice_is_told_at_the_second(tmp_path: Path) -> None:
    text = GOOD + '\n[[area]]\ncode = "sanh"\nname = { vi = "Sảnh hai" }\n'
    assert seen(mistakes(tmp_path, text)) == [(text.count("\n") - 1, "code_twice")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('area = "sanh"', 'area = "sang"'),
        ('queues = ["noi"]', 'queues = ["noi", "noii"]'),
        ('series = "a"', 'series = "b"'),
        ('flow = ["noi"]', 'flow = ["noi", "noii"]'),
        ('kind = "clinic"', 'kind = "clinic"\npolicy = "x"'),
        ('flow = ["noi"]', 'flow = ["noi"]\ngroup = "x"'),
    ],
)
def test_a_code_that_nothing_bears_is_told_at_its_line(tmp_path: Path, old: str, new: str) -> None:
    text = changed(old, new)
    line = line_of(new.splitlines()[-1], text)
    assert seen(mistakes(tmp_path, text)) == [(line, "code_unknown")]


def test_an_unknown_code_is_shown_with_the_one_that_was_meant(tmp_path: Path) -> None:
    more = '\n[[area]]\ncode = "hanh-lang"\nname = { vi = "Hành lang" }\n'
    (found,) = mistakes(tmp_path, changed('area = "sanh"', 'area = "hanh-lag"') + more)
    assert found.facts["known"] == "hanh-lang, sanh"


def test_a_queue_from_which_no_room_calls_is_told(tmp_path: Path) -> None:
    text = GOOD + '\n[[queue]]\ncode = "nhi"\nname = { vi = "Nhi" }\nkind = "clinic"\n'
    assert seen(mistakes(tmp_path, text)) == [(line_of('code = "nhi"', text), "queue_unserved")]


def test_two_series_with_one_prefix_would_print_a_number_twice(tmp_path: Path) -> None:
    text = GOOD + '\n[[series]]\ncode = "b"\nprefix = "A"\n'
    (found,) = mistakes(tmp_path, text)
    assert (found.line, found.code, found.facts["other"]) == (text.count("\n"), "prefix_twice", "a")


def test_two_doors_with_one_label_in_one_hall_are_told(tmp_path: Path) -> None:
    room = '\n[[room]]\ncode = "p2"\narea = "sanh"\nlabel = "1"\nname = { vi = "P" }\nqueues = ["noi"]\n'
    (found,) = mistakes(tmp_path, GOOD + room)
    assert (found.line, found.code) == (line_of('code = "p2"', GOOD + room) + 2, "label_twice")


def test_one_label_in_two_halls_is_no_mistake(tmp_path: Path) -> None:
    area = '\n[[area]]\ncode = "lau-2"\nname = { vi = "Lầu 2" }\n'
    room = '\n[[room]]\ncode = "p2"\narea = "lau-2"\nlabel = "1"\nname = { vi = "P" }\nqueues = ["noi"]\n'
    assert len(read(tmp_path, GOOD + area + room).rooms) == 2


def test_an_emergency_service_is_never_offered_at_a_kiosk(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD + EMERGENCY).services["cap-cuu"].at_kiosk is False
    text = changed("kiosk = false\n", "", GOOD + EMERGENCY)
    assert seen(mistakes(tmp_path, text)) == [(line_of('[[service]]\ncode = "cap-cuu"', text), "emergency_at_kiosk")]


def test_emergencies_share_their_series_with_nobody(tmp_path: Path) -> None:
    text = changed('series = "e"', 'series = "a"', GOOD + EMERGENCY)
    assert (text[: text.rindex('series = "a"')].count("\n") + 1, "emergency_series") in seen(mistakes(tmp_path, text))


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = changed('area = "sanh"', 'area = "sang"')
    text = changed('prefix = "A"', 'prefix = "a"', text)
    text = changed('flow = ["noi"]', 'flwo = ["noi"]', text)
    found = seen(mistakes(tmp_path, text))
    assert [code for _, code in found] == ["value_wrong", "code_unknown", "field_missing", "field_unknown"]
    assert [line for line, _ in found] == sorted(line for line, _ in found)


def test_a_name_written_as_a_table_of_its_own_is_found_at_its_line(tmp_path: Path) -> None:
    text = changed('name = { vi = "Phòng 1" }\n', "") + '\n[room.name]\nen = "Room 1"\n'
    text = GOOD.replace('name = { vi = "Phòng 1" }\nqueues = ["noi"]\n', 'queues = ["noi"]\n[room.name]\nen = "R"\n')
    assert seen(mistakes(tmp_path, text)) == [(line_of("[room.name]", text), "value_wrong")]


def test_a_table_of_its_own_does_not_shift_the_lines_of_what_follows(tmp_path: Path) -> None:
    text = GOOD.replace('name = { vi = "Phòng 1" }\nqueues = ["noi"]\n', 'queues = ["noi"]\n[room.name]\nvi = "P"\n')
    text += '\n[[room]]\ncode = "p2"\narea = "sang"\nlabel = "2"\nname.vi = "P"\nqueues = ["noi"]\n'
    assert seen(mistakes(tmp_path, text)) == [(line_of('"sang"', text), "code_unknown")]


# Sentences


def codes_in(*files: str) -> set[str]:
    source = "".join((ROOT / "server" / "actions" / name).read_text(encoding="utf-8") for name in files)
    subjects = "table|field|value|code|queue|prefix|label|emergency|site|room|area"
    found = set(re.findall(rf'"((?:{subjects})_\w+)"', source)) - {"queue_kind"}
    return found | {"not_utf8", "not_toml", "too_large", "area_crowded", "mistake"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mistake_has_its_sentence_and_no_sentence_is_left_over(language: str) -> None:
    sentences = set(words.catalogue("setup", language)) - {"write"}
    assert sentences == codes_in("setup.py", "setup_checks.py")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_write_instead_is_said_for_each_kind_of_value(language: str) -> None:
    assert set(words.catalogue("setup", language)["write"]) == {
        sentence for fields in FIELDS.values() for _, _, sentence in fields.values()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_name_survives_being_put_into_the_sentence(language: str) -> None:
    write = words.sentence("setup", "write", language, part="names")
    assert '{ vi = "' in write
    assert "…" not in write


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_lacks_a_fact(tmp_path: Path, language: str) -> None:
    broken = GOOD + EMERGENCY.replace("kiosk = false\n", "").replace('"cap-cuu"]\nkiosk', '"cap"]').replace("CC", "1")
    broken += '\n[[nowhere]]\n\n[[series]]\ncode = "e"\nprefix = "A"\nx = 1\n\n[[queue]]\ncode = "nhi"\n'
    broken = changed('series = "e"', 'series = "a"', changed('area = "sanh"', 'area = "x"', broken))
    for mistake in mistakes(tmp_path, broken):
        facts = dict(mistake.facts)
        facts |= {"write": words.sentence("setup", "write", language, part=str(facts.get("write")))}
        assert "…" not in words.sentence("setup", mistake.code, language, facts), mistake

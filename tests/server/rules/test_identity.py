"""Cards as scanners give them: what is read, what is doubted, what is refused. All persons are made up."""

import json
import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules.identity import PROVINCES, Scan, read_scan
from server.rules.refusals import BirthInFuture, NotACard, Refusal, VneidOpaque
from tests.server.rules.queues import unhurried

EXAMPLES: dict[str, Any] = json.loads(Path(__file__).with_name("identity_examples.json").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(EXAMPLES["today"])
CCCD = EXAMPLES["accept"][0]["scan"]
BHYT = EXAMPLES["accept"][2]["scan"]


def cccd(number: str = "004090000123", name: str = "Nông Văn Tày", birth: str = "02011990", sex: str = "Nam") -> str:
    return f"{number}||{name}|{birth}|{sex}|Cao Bằng|15042021"


def bhyt(
    number: str = "0412345678", name: str = "Nông Văn Tày", birth: str = "02/01/1990", sex: str = "1", fields: int = 16
) -> str:
    more = [
        "43616f",
        "04 - 999",
        "01/01/2026",
        "-",
        "15/12/2025",
        "0401",
        "-",
        "4",
        " 01/01/2026",
        "0f1e-7102",
        "4",
        "43",
    ]
    return "|".join([number, name.encode().hex(), birth, sex, *more][:fields]) + "|$"


def read(scan: str, today: date = TODAY) -> Scan:
    return read_scan(scan, today)


# The examples


@pytest.mark.parametrize("example", EXAMPLES["accept"], ids=lambda item: item["kind"])
def test_a_good_card_is_read_without_a_warning(example: dict[str, Any]) -> None:
    wanted = {name: value for name, value in example.items() if name not in ("scan", "class")}
    assert read(example["scan"]) == Scan(priority_class=example["class"], warnings=(), **wanted)


@pytest.mark.parametrize("example", EXAMPLES["warn"], ids=lambda item: item["warning"])
def test_a_doubtful_card_is_read_with_its_warning(example: dict[str, Any]) -> None:
    assert read(example["scan"]).warnings == (example["warning"],)


@pytest.mark.parametrize("example", EXAMPLES["refuse"], ids=lambda item: item["code"])
def test_what_cannot_be_is_refused_by_its_code(example: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        read(example["scan"])
    assert refused.value.code == example["code"]


# Citizen cards


def test_a_card_with_eleven_fields_is_read_like_one_with_seven() -> None:
    assert read(CCCD + "|Cha|Mẹ|x|y") == read(CCCD)


@pytest.mark.parametrize("fields", [6, 8, 10, 12])
def test_a_card_with_another_count_of_fields_is_no_card(fields: int) -> None:
    with pytest.raises(NotACard):
        read("|".join((CCCD + "|a|b|c|d|e").split("|")[:fields]))


def test_a_name_that_was_taken_apart_is_put_together() -> None:
    apart = unicodedata.normalize("NFD", CCCD)
    assert apart != CCCD
    assert read(apart) == read(CCCD)


@pytest.mark.parametrize(
    ("number", "sex", "warnings"),
    [
        ("004190000123", "Nữ", ()),
        ("004290000123", "Nam", None),
        ("004090000123", "Nữ", ("sex_mismatch",)),
        ("004091000123", "Nam", ("year_mismatch",)),
        ("003090000123", "Nam", ("unknown_province",)),
        ("003191000123", "Nam", ("unknown_province", "sex_mismatch", "year_mismatch")),
    ],
)
def test_the_number_is_held_against_the_card(number: str, sex: str, warnings: tuple[str, ...] | None) -> None:
    if warnings is None:
        with pytest.raises(BirthInFuture):
            read(cccd(number, sex=sex))
    else:
        assert read(cccd(number, sex=sex)).warnings == warnings


@pytest.mark.parametrize(
    ("digit", "sex", "year"), [(0, "Nam", 1910), (1, "Nữ", 1910), (2, "Nam", 2010), (3, "Nữ", 2010)]
)
def test_the_fourth_digit_is_century_and_sex(digit: int, sex: str, year: int) -> None:
    assert read(cccd(f"004{digit}10000123", birth=f"0201{year}", sex=sex)).warnings == ()


def test_a_wedge_that_lost_the_letters_of_the_sex_leaves_it_to_the_number() -> None:
    assert (read(cccd("004190000123", sex="N")).sex, read(cccd(sex="")).sex) == ("female", "male")


def test_there_are_as_many_province_codes_as_there_were_provinces() -> None:
    assert len(PROVINCES) == 63


def test_somebody_born_today_is_a_child_and_tomorrow_is_refused() -> None:
    assert read(cccd("004226000123", birth="22112026")).priority_class == "child_u6"
    with pytest.raises(BirthInFuture):
        read(cccd("004226000123", birth="23112026"))


def test_a_future_year_in_the_number_is_refused_though_the_date_is_past() -> None:
    with pytest.raises(BirthInFuture):
        read(cccd("004299000001", birth="02011999"))


@pytest.mark.parametrize("birth", ["31022000", "31/12", "0201199", "hai", "02011889", "32011990", "02131990"])
def test_a_date_that_does_not_exist_makes_no_card(birth: str) -> None:
    with pytest.raises(NotACard):
        read(cccd(birth=birth))


# Insurance cards


@pytest.mark.parametrize("number", ["0412345678", "004090000123", "DN4010412345678"])
def test_a_new_insurance_card_has_one_of_three_numbers(number: str) -> None:
    assert (read(bhyt(number)).number, read(bhyt(number)).kind) == (number, "bhyt")


@pytest.mark.parametrize("number", ["041234567", "04123456789", "D14010412345678", "DN401041234567", "-", ""])
def test_another_number_is_no_insurance_card(number: str) -> None:
    with pytest.raises(NotACard):
        read(bhyt(number))


@pytest.mark.parametrize("fields", [9, 15])
def test_an_old_card_has_two_letters_and_thirteen_digits(fields: int) -> None:
    assert read(bhyt("DN4010412345678", fields=fields)).name == "Nông Văn Tày"
    with pytest.raises(NotACard):
        read(bhyt("0412345678", fields=fields))


@pytest.mark.parametrize("fields", [4, 8, 10, 14])
def test_a_card_that_was_cut_short_is_no_card(fields: int) -> None:
    with pytest.raises(NotACard):
        read(bhyt("DN4010412345678", fields=fields))


def test_a_personal_number_on_an_insurance_card_is_held_against_it() -> None:
    assert read(bhyt("999190000123")).warnings == ("unknown_province", "sex_mismatch")


def test_small_letters_of_an_old_number_are_capitals() -> None:
    assert read(bhyt("dn4010412345678", fields=15)).number == "DN4010412345678"


@pytest.mark.parametrize("prefix", ["CC", "CK", "CB", "KC", "TC", "TD"])
def test_an_old_number_of_merit_gives_the_class_that_staff_confirms(prefix: str) -> None:
    scan = read(bhyt(f"{prefix}4010412345678", fields=15))
    assert (scan.priority_class, scan.warnings) == ("merit", ("class_unconfirmed",))


def test_a_proven_age_comes_before_a_merit_to_be_confirmed() -> None:
    scan = read(bhyt("CC4010412345678", birth="01/01/1940", fields=15))
    assert (scan.priority_class, scan.warnings) == ("age_75", ())


def test_a_bar_stands_for_nothing() -> None:
    scan = read("|".join(["0412345678", "-", "-", "-", *bhyt().split("|")[4:]]))
    assert (scan.name, scan.birth, scan.sex, scan.priority_class) == (None, None, None, "normal")
    assert scan.warnings == ("birth_missing",)


# Ages


@pytest.mark.parametrize(
    ("birth", "wanted"),
    [
        (date(2020, 11, 23), "child_u6"),
        (date(2020, 11, 22), "normal"),
        (date(1951, 11, 23), "normal"),
        (date(1951, 11, 22), "age_75"),
    ],
)
def test_the_class_changes_on_the_birthday(birth: date, wanted: str) -> None:
    assert read(bhyt(birth=birth.strftime("%d/%m/%Y"))).priority_class == wanted


@pytest.mark.parametrize(
    ("year", "wanted", "warnings"),
    [
        ("2026", "child_u6", ()),
        ("2021", "child_u6", ()),
        ("2020", "normal", ("class_undecided",)),
        ("2019", "normal", ()),
        ("1952", "normal", ()),
        ("1951", "normal", ("class_undecided",)),
        ("1950", "age_75", ()),
    ],
)
def test_a_year_alone_decides_only_outside_the_boundary_years(year: str, wanted: str, warnings: Any) -> None:
    scan = read(bhyt(birth=year))
    assert (scan.priority_class, scan.warnings, scan.birth) == (wanted, warnings, year)


@pytest.mark.parametrize("birth", ["00/00/1951", "00/05/1951", "1951"])
def test_a_day_of_nought_is_a_year_alone(birth: str) -> None:
    assert read(bhyt(birth=birth)).birth == "1951"


def test_a_year_in_the_future_is_refused() -> None:
    with pytest.raises(BirthInFuture):
        read(bhyt(birth="2027"))


# Hazards of scanners


@pytest.mark.parametrize("scan", [CCCD, BHYT], ids=["cccd", "bhyt"])
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t", " ", "\x00", "$\r\n"])
def test_the_end_mark_of_a_scanner_changes_nothing(scan: str, end: str) -> None:
    scan = scan.removesuffix("$") if end.startswith("$") else scan
    assert read(scan + end) == read(scan)


@pytest.mark.parametrize("missing", ["$", "|$"])
def test_a_missing_end_of_an_insurance_card_changes_nothing(missing: str) -> None:
    assert read(BHYT.removesuffix(missing)) == read(BHYT)
    old = bhyt("DN4010412345678", fields=15)
    assert read(old.removesuffix(missing)) == read(old)


@pytest.mark.parametrize("scan", [CCCD, BHYT], ids=["cccd", "bhyt"])
@pytest.mark.parametrize("between", ["", "\r", "\r\n", "\n\n"])
def test_one_card_scanned_twice_is_one_card(scan: str, between: str) -> None:
    assert read(scan + between + scan) == read(scan)
    assert read(scan + between + scan + between + scan + between) == read(scan)


@pytest.mark.parametrize("between", ["", "\r", "\r\n"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (CCCD, cccd("004190000124", sex="Nữ")),
        (BHYT, bhyt("0412345679")),
        (CCCD, BHYT),
        (BHYT, CCCD),
        (CCCD, "004190000124||A|02011990|Nữ"),
        (CCCD, "Xk3_aTicketTok3n"),
        ("Xk3_aTicketTok3n", CCCD),
        (bhyt("DN4010412345678", fields=9), "0412345678|||||"),
    ],
    ids=lambda text: text[:6],
)
def test_two_different_codes_glued_together_are_nobody(first: str, second: str, between: str) -> None:
    with pytest.raises(NotACard):
        read(first + between + second)


@pytest.mark.parametrize("scan", [CCCD, BHYT], ids=["cccd", "bhyt"])
def test_enter_in_the_middle_of_the_digits_changes_nothing(scan: str) -> None:
    for place in (3, scan.index("1990") + 2):
        assert read(scan[:place] + "\r" + scan[place:]) == read(scan)


def test_enter_in_the_middle_of_a_name_leaves_it_unverified() -> None:
    scan = read(cccd(name="Nông\rVăn Tày"))
    assert (scan.name, scan.warnings, scan.number) == ("Nông Văn Tày", ("name_unverified",), "004090000123")


@pytest.mark.parametrize("scan", ["x" * 20_000, "1" * 20_000, "|" * 20_000, CCCD * 200, (CCCD + "\r") * 200])
def test_twenty_thousand_letters_are_no_card(scan: str) -> None:
    with pytest.raises(NotACard):
        read(scan)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Nông&nbsp;Tày", "N?ng V?n T?y", "Nông 2", "x" * 101])
@pytest.mark.parametrize("make", [cccd, bhyt])
def test_a_name_that_is_no_name_is_left_out_and_the_digits_stay(make: Any, name: str) -> None:
    scan = read(make(name=name))
    assert (scan.name, scan.warnings, scan.birth) == (None, ("name_unverified",), "1990-01-02")


@pytest.mark.parametrize("name", ["Nông\x1b\x00Tày", "Nông\u202eTày", "Nông\u200bTày", "Nông\x07 Tày"])
def test_control_signs_never_come_out_in_a_name(name: str) -> None:
    scan = read(cccd(name=name))
    assert (scan.name, scan.warnings) == ("Nông Tày", ("name_unverified",))


@pytest.mark.parametrize("name", ["H'Blô Niê", "Y Đôn–", "Maria-Lan Ng.", "  Nông   Văn  "])
def test_names_of_the_highlands_are_names(name: str) -> None:
    scan = read(cccd(name=name.replace("–", "")))
    assert (scan.name, scan.warnings) == (" ".join(name.replace("–", "").split()), ())


@pytest.mark.parametrize("damaged", ["4ec3b", "zz", "ff", "4ec3b46e6", "4é"])
def test_a_name_that_is_no_hex_of_utf_8_is_left_out(damaged: str) -> None:
    fields = BHYT.split("|")
    scan = read("|".join([fields[0], damaged, *fields[2:]]))
    assert (scan.name, scan.warnings, scan.number) == (None, ("name_unverified",), "0412345678")


def test_a_card_without_a_name_is_a_card() -> None:
    scan = read(cccd(name=" "))
    assert (scan.name, scan.warnings, scan.number) == (None, (), "004090000123")


def test_a_wedge_that_lost_the_accents_still_gives_the_digits() -> None:
    scan = read("004090000123||Nng Vn Ty|02011990|Nam|T 1, Cao Bng|15042021")
    assert (scan.number, scan.birth) == ("004090000123", "1990-01-02")


# What is no card


@pytest.mark.parametrize(
    "scan", ["", "\r\n", "$", "|$", "xin chào", "Xk3_aTicketTok3n", "8934563138165", "https://x.vn/t/abc"]
)
def test_other_codes_are_no_card(scan: str) -> None:
    with pytest.raises(NotACard):
        read(scan)


@pytest.mark.parametrize("scan", ["https://vneid.gov.vn/q/1", "VNEID:abc", "eyJ" + "aB3_" * 40])
def test_a_vneid_code_is_told_from_what_is_no_card(scan: str) -> None:
    with pytest.raises(VneidOpaque):
        read(scan)


@pytest.mark.parametrize("typed", ["004090000123", " 004 090 000 123 ", "004.090.000.123", "004090004090"])
def test_twelve_typed_digits_are_a_personal_number(typed: str) -> None:
    scan = read(typed)
    assert (scan.kind, scan.birth, scan.sex, scan.name) == ("cccd", "1990", "male", None)


def test_typed_digits_prove_no_age() -> None:
    scan = read("004140000123")
    assert (scan.priority_class, scan.warnings) == ("age_75", ("class_unconfirmed",))


@pytest.mark.parametrize("bars", ["036000291452", "999090000123", "004299000001", "004590000001", "00409000012"])
def test_the_bars_of_a_product_are_nobody(bars: str) -> None:
    with pytest.raises(NotACard):
        read(bars)


@unhurried
@given(st.text(max_size=300) | st.text("0123456789|$/-abAB\r\n ", max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        kind = read(text).kind
    except Refusal as refusal:
        kind = refusal.code
    assert kind in ("cccd", "bhyt", "not_a_card", "birth_in_future", "vneid_opaque")


@pytest.mark.parametrize("scan", [CCCD + "|x", cccd(birth="31022000"), cccd(birth="01012030"), "https://vneid.vn/x"])
def test_a_refusal_carries_nothing_of_the_scan(scan: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(scan)
    shown = str(refused.value.facts)
    assert [field for field in scan.split("|") if field and field in shown] == []


@unhurried
@given(st.dates(TODAY - timedelta(days=120 * 365), TODAY), st.booleans(), st.sampled_from(sorted(PROVINCES)))
def test_each_consistent_card_is_read_without_a_warning(birth: date, is_female: bool, province: str) -> None:
    digit = (birth.year // 100 - 19) * 2 + is_female
    number = f"{province}{digit}{birth.year % 100:02d}000001"
    scan = read(cccd(number, birth=birth.strftime("%d%m%Y"), sex="Nữ" if is_female else "Nam"))
    assert (scan.birth, scan.warnings, scan.sex) == (birth.isoformat(), (), "female" if is_female else "male")

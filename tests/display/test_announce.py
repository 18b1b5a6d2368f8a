import re
from dataclasses import replace
from typing import Any

import pytest

from display.announce import NUMBERS_MAX, TEXT_LENGTH_MAX, Reading, Sentence, compose, parse_announcement
from display.numerals import NumberStyle, Region
from display.phrasebook import load_phrasebooks

BOOKS = load_phrasebooks()
ROOM_12 = {"vi": "phòng 12", "en": "room 12"}


def message(**changes: Any) -> dict[str, Any]:
    return {
        "t": "announce", "id": "n1", "kind": "call", "numbers": ["A042"], "room": "p12", "text": None,
        "priority": False, "languages": ["vi", "en"], "repeat": 2, "issued_at": "2026-03-02T07:30:00+07:00",
        "ttl_s": 90,
    } | changes  # fmt: skip


def said(spoken: dict[str, str] = ROOM_12, reading: Reading = Reading(), **changes: Any) -> list[str]:
    return [sentence.text for sentence in compose(parse_announcement(message(**changes)), spoken, BOOKS, reading)]


def clips(sentence: Sentence) -> list[tuple[tuple[str, ...], ...]]:
    return [part.clips for part in sentence.parts]


@pytest.mark.parametrize(
    ("changes", "spoken", "expected"),
    [
        ({}, ROOM_12, "mời bệnh nhân số a, không bốn hai, vào phòng mười hai."),
        ({"numbers": ["A142"]}, ROOM_12, "mời bệnh nhân số a, một trăm bốn mươi hai, vào phòng mười hai."),
        ({"priority": True}, ROOM_12, "mời bệnh nhân ưu tiên số a, không bốn hai, vào phòng mười hai."),
        ({}, {"vi": "quầy 3"}, "mời bệnh nhân số a, không bốn hai, đến quầy ba."),
        ({}, {"vi": "quầy thu phí số 10"}, "mời bệnh nhân số a, không bốn hai, đến quầy thu phí số mười."),
        ({}, {"vi": "Phòng 12A khu B"}, "mời bệnh nhân số a, không bốn hai, vào phòng mười hai a khu bê."),
        ({"numbers": ["12", "13", "14"]}, {"vi": "phòng 5"}, "mời các số mười hai, mười ba, mười bốn, phòng năm."),
        ({}, {}, "mời bệnh nhân số a, không bốn hai, xin xem màn hình."),
        ({"numbers": ["12", "13"]}, {}, "mời các số mười hai, mười ba, xin xem màn hình."),
        ({"kind": "emergency", "numbers": []}, ROOM_12, "mời nhân viên y tế đến phòng mười hai ngay."),
    ],
)  # fmt: skip
def test_a_call_is_one_vietnamese_sentence(changes: dict[str, Any], spoken: dict[str, str], expected: str) -> None:
    assert said(spoken, **changes)[0] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "number A, zero four two, please come to room twelve."),
        ({"priority": True}, "priority number A, zero four two, please come to room twelve."),
        ({"numbers": ["A012", "A013"]}, "numbers A, zero one two, A, zero one three, room twelve."),
        ({"kind": "emergency", "numbers": []}, "medical staff please come to room twelve at once."),
    ],
)
def test_the_english_sentence_follows_the_vietnamese_one(changes: dict[str, Any], expected: str) -> None:
    assert said(**changes)[1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quầy 3 mở lại lúc 7:30.", "quầy ba mở lại lúc bảy giờ ba mươi."),
        ("Thẻ BHYT xin để sẵn; chụp CT ở tầng 2", "thẻ bê hát i dài tê xin để sẵn, chụp xê tê ở tầng hai."),
        ("XIN GIỮ TRẬT TỰ", "xin giữ trật tự."),
        ("Lệ phí 1.000 đồng", "lệ phí một nghìn đồng."),
        ("Gọi số 0912", "gọi số không chín một hai."),
    ],
)
def test_free_text_reaches_the_engine_without_digits(text: str, expected: str) -> None:
    assert said(kind="free", numbers=[], room=None, text=text) == [expected]


def test_nothing_that_is_said_holds_a_digit() -> None:
    tickets = ["A001", "A999", "K2-07", "1005", "E15"]
    texts = [text for number in tickets for text in said(numbers=[number])] + said(
        kind="free", text="phòng 9, ngày 15 10h05"
    )
    assert not [text for text in texts if re.search(r"\d", text)]


def test_of_a_class_nothing_but_priority_can_be_said() -> None:
    words = " ".join(text for book in BOOKS.values() for text in book.clips.values())
    assert not re.search(r"khuyết tật|mang thai|công|tuổi|disab|pregnan|child|merit", words)


def test_the_south_and_another_style_are_settings() -> None:
    reading = Reading(NumberStyle.CARDINAL, Region.SOUTH)
    assert said(numbers=["A0105"], reading=reading)[0] == "mời bệnh nhân số a, một trăm lẻ năm, vào phòng mười hai."


def test_every_part_of_a_usual_call_has_clips() -> None:
    for sentence in compose(parse_announcement(message()), ROOM_12, BOOKS, Reading()):
        assert all(clips(sentence)), sentence


def test_a_room_prefers_its_own_clip_to_its_words() -> None:
    sentence = compose(parse_announcement(message()), ROOM_12, BOOKS, Reading())[0]
    assert sentence.parts[-1].clips == (("room-p12",), ("place-room", "10", "2"))


def test_a_word_without_a_clip_leaves_the_part_to_the_engine() -> None:
    sentence = compose(parse_announcement(message()), {"vi": "hành lang 12"}, BOOKS, Reading())[0]
    assert sentence.parts[-1].clips == (("room-p12",),)


def test_a_language_without_a_phrasebook_is_laid_out_digit_by_digit_for_clips() -> None:
    sentence = compose(parse_announcement(message(numbers=["A142"], languages=["tay"])), ROOM_12, BOOKS, Reading())[0]
    assert sentence.language == "tay"
    assert clips(sentence)[:3] == [(("invite",),), (("letter-a",),), (("1", "4", "2"),)]


def test_a_language_is_said_once_however_often_it_is_asked_for() -> None:
    assert len(said(languages=["vi", "vi", "en"])) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "song"},
        {"id": ""},
        {"id": "x" * 81},
        {"numbers": "A042"},
        {"numbers": ["A1"] * (NUMBERS_MAX + 1)},
        {"numbers": []},
        {"text": "x" * (TEXT_LENGTH_MAX + 1)},
        {"ttl_s": "90"},
        {"repeat": True},
        {"issued_at": None},
        {"issued_at": "yesterday"},
        {"issued_at": "2026-03-02T07:30:00"},
    ],
)
def test_a_malformed_announcement_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_announcement(message(**changes))


def test_unknown_fields_and_a_missing_priority_do_no_harm() -> None:
    given = {key: value for key, value in message(later="x").items() if key != "priority"}
    assert parse_announcement(given) == parse_announcement(message())


def test_repeats_are_bounded() -> None:
    assert [parse_announcement(message(repeat=n)).repeat for n in (0, 2, 99)] == [1, 2, 3]


def test_every_word_of_a_number_or_letter_has_a_clip() -> None:
    for language in ("vi", "en"):
        for region in Region:
            for number in (*range(1000), 9999):
                call = replace(parse_announcement(message(languages=[language])), numbers=(str(number),))
                assert compose(call, ROOM_12, BOOKS, Reading(region=region))[0].parts[1].clips, number
        letters = replace(parse_announcement(message(languages=[language])), numbers=("ABCDEFGHIJKLMNOPQRSTUVWXYZ",))
        assert compose(letters, ROOM_12, BOOKS, Reading())[0].parts[1].clips

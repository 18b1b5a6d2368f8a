"""The reader against a second set of rules, written the other way round: words are turned back into numbers."""

import re

import pytest

from display.numerals import (
    VIETNAMESE_LETTERS,
    NumberStyle,
    Region,
    read_digits,
    read_letter,
    read_number,
    read_ticket,
)

UP_TO = 10_000
DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
UNITS = {word: value for value, word in enumerate(DIGITS)}
AFTER_TENS = {**{word: value for word, value in UNITS.items() if value}, "mốt": 1, "lăm": 5}
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ENGLISH = {word: value for value, word in enumerate(ONES + TEENS)} | {word: 10 * n for n, word in enumerate(TENS, 2)}


def value_of_vietnamese(text: str) -> int:
    """An independent listener: scales from the largest down, then hundreds, tens and units by what follows them."""
    for scale, words in ((1_000_000, "triệu"), (1000, "nghìn|ngàn")):
        if match := re.fullmatch(rf"(.+?) (?:{words})(?: (.+))?", text):
            return value_of_vietnamese(match[1]) * scale + (value_of_vietnamese(match[2]) if match[2] else 0)
    if match := re.fullmatch(r"(\S+) trăm(?: (?:(?:linh|lẻ) (\S+)|(.+)))?", text):
        tail = UNITS[match[2]] if match[2] else value_of_vietnamese(match[3]) if match[3] else 0
        return UNITS[match[1]] * 100 + tail
    if match := re.fullmatch(r"(\S+) mươi(?: (\S+))?", text):
        return UNITS[match[1]] * 10 + (AFTER_TENS[match[2]] if match[2] else 0)
    if match := re.fullmatch(r"mười(?: (\S+))?", text):
        return 10 + (AFTER_TENS[match[1]] if match[1] else 0)
    return UNITS[text]


def value_of_english(text: str) -> int:
    total = part = 0
    for word in text.replace(" and ", " ").split():
        if word == "hundred":
            part *= 100
        elif word in ("thousand", "million"):
            total, part = total + part * (1000 if word == "thousand" else 1_000_000), 0
        else:
            part += ENGLISH[word]
    return total + part


@pytest.mark.parametrize("region", list(Region))
def test_every_number_is_heard_as_itself(region: Region) -> None:
    heard = [value_of_vietnamese(" ".join(read_number(number, "vi", region))) for number in range(UP_TO)]
    assert heard == list(range(UP_TO))


def test_every_english_number_is_heard_as_itself() -> None:
    heard = [value_of_english(" ".join(read_number(number, "en"))) for number in range(UP_TO)]
    assert heard == list(range(UP_TO))


def test_no_number_breaks_a_rule_of_the_language() -> None:
    for number in range(UP_TO):
        text = " ".join(read_number(number, "vi"))
        assert not re.search(
            r"mươi (một|năm)|mười (năm|mốt)|linh (mốt|lăm)|(linh|lẻ) \S+ |một mươi|không mươi", text
        ), text
        assert ("linh" in text) == (number % 100 in range(1, 10) and number > 100), text


@pytest.mark.parametrize(
    ("number", "north", "south"),
    [
        (0, "không", "không"),
        (4, "bốn", "bốn"),
        (10, "mười", "mười"),
        (11, "mười một", "mười một"),
        (15, "mười lăm", "mười lăm"),
        (20, "hai mươi", "hai mươi"),
        (21, "hai mươi mốt", "hai mươi mốt"),
        (24, "hai mươi bốn", "hai mươi bốn"),
        (31, "ba mươi mốt", "ba mươi mốt"),
        (55, "năm mươi lăm", "năm mươi lăm"),
        (100, "một trăm", "một trăm"),
        (105, "một trăm linh năm", "một trăm lẻ năm"),
        (110, "một trăm mười", "một trăm mười"),
        (115, "một trăm mười lăm", "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt", "một trăm hai mươi mốt"),
        (1000, "một nghìn", "một ngàn"),
        (1001, "một nghìn không trăm linh một", "một ngàn không trăm lẻ một"),
        (1015, "một nghìn không trăm mười lăm", "một ngàn không trăm mười lăm"),
        (2100, "hai nghìn một trăm", "hai ngàn một trăm"),
        (10_005, "mười nghìn không trăm linh năm", "mười ngàn không trăm lẻ năm"),
        (1_000_001, "một triệu không trăm linh một", "một triệu không trăm lẻ một"),
        (2_010_100, "hai triệu không trăm mười nghìn một trăm", "hai triệu không trăm mười ngàn một trăm"),
    ],
)
def test_a_vietnamese_number_is_read_as_people_say_it(number: int, north: str, south: str) -> None:
    assert " ".join(read_number(number, "vi", Region.NORTH)) == north
    assert " ".join(read_number(number, "vi", Region.SOUTH)) == south


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (42, "forty two"),
        (105, "one hundred and five"),
        (1001, "one thousand and one"),
    ],
)
def test_an_english_number_is_read_as_people_say_it(number: int, words: str) -> None:
    assert " ".join(read_number(number, "en")) == words


@pytest.mark.parametrize(
    ("ticket", "style", "vietnamese", "english"),
    [
        ("A042", NumberStyle.ZEROS, "a, không bốn hai", "A, zero four two"),
        ("A142", NumberStyle.ZEROS, "a, một trăm bốn mươi hai", "A, one hundred and forty two"),
        ("A142", NumberStyle.DIGITS, "a, một bốn hai", "A, one four two"),
        ("A042", NumberStyle.CARDINAL, "a, bốn mươi hai", "A, forty two"),
        ("007", NumberStyle.ZEROS, "không không bảy", "zero zero seven"),
        ("0", NumberStyle.ZEROS, "không", "zero"),
        ("B1001", NumberStyle.ZEROS, "bê, một nghìn không trăm linh một", "B, one thousand and one"),
        ("K2-07", NumberStyle.ZEROS, "ca, hai, không bảy", "K, two, zero seven"),
        ("AB12", NumberStyle.ZEROS, "a bê, mười hai", "A B, twelve"),
        ("12345678901", NumberStyle.CARDINAL, "một hai ba bốn năm sáu bảy tám chín không một",
         "one two three four five six seven eight nine zero one"),
    ],
)  # fmt: skip
def test_a_ticket_is_read_letter_then_digits(ticket: str, style: NumberStyle, vietnamese: str, english: str) -> None:
    assert ", ".join(" ".join(group) for group in read_ticket(ticket, "vi", style)) == vietnamese
    assert ", ".join(" ".join(group) for group in read_ticket(ticket, "en", style)) == english


def test_digits_are_never_joined_into_a_number() -> None:
    assert read_digits("0150", "vi") == ["không", "một", "năm", "không"]


def test_no_two_letters_have_the_same_name() -> None:
    names = list(VIETNAMESE_LETTERS.values())
    assert len(set(names)) == len(names)


def test_a_sign_without_a_name_is_not_spoken() -> None:
    assert read_letter("-", "vi") == ""
    assert read_ticket("--", "en") == []


def test_a_negative_number_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        read_number(-1, "vi")


def test_a_number_beyond_the_last_scale_is_read_digit_by_digit() -> None:
    assert read_number(1_000_000_000, "vi")[:3] == ["một", "không", "không"]

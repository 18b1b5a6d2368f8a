"""
How numbers and letters are read aloud, in Vietnamese (north and south) and in English. Pure.

A speech engine is handed words, never digits: engines read 15, 105 and 1001 wrongly, and a wrong number calls the wrong
patient. Each word is at the same time the text of one recorded clip, so engine and clips say the same thing.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby

CARDINAL_MAX = 999_999_999  # beyond this nobody listens; it is read digit by digit


class Region(StrEnum):
    """Which Vietnamese is heard in the hall; English knows no difference."""

    NORTH = "north"
    SOUTH = "south"


class NumberStyle(StrEnum):
    """How a ticket's digits are read."""

    ZEROS = "zeros"  # digit by digit where it starts with a zero, else as a number
    DIGITS = "digits"  # always digit by digit
    CARDINAL = "cardinal"  # always as a number; leading zeros are silent


VIETNAMESE_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
HUNDREDS_LINK = {Region.NORTH: "linh", Region.SOUTH: "lẻ"}
THOUSAND = {Region.NORTH: "nghìn", Region.SOUTH: "ngàn"}
# D is "đê" as in "vitamin D": the school name "dê" sounds like G ("giê") in the north.
VIETNAMESE_LETTERS = {
    "A": "a", "Ă": "á", "Â": "ớ", "B": "bê", "C": "xê", "D": "đê", "Đ": "đờ", "E": "e", "Ê": "ê", "F": "ép",
    "G": "giê", "H": "hát", "I": "i", "J": "giây", "K": "ca", "L": "e lờ", "M": "em mờ", "N": "en nờ", "O": "o",
    "Ô": "ô", "Ơ": "ơ", "P": "pê", "Q": "quy", "R": "e rờ", "S": "ét sì", "T": "tê", "U": "u", "Ư": "ư", "V": "vê",
    "W": "vê kép", "X": "ích xì", "Y": "i dài", "Z": "dét",
}  # fmt: skip

ENGLISH_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def read_number(number: int, language: str, region: Region = Region.NORTH) -> list[str]:
    """
    Read a number as a quantity: 105 is "một trăm linh năm", "one hundred and five".

    Args:
        number: 0 or more; above ``CARDINAL_MAX`` it is read digit by digit.
        language: "vi" or "en"; every other language is read in Vietnamese.

    Returns:
        One word per item.

    Raises:
        ValueError: *number* is negative.
    """
    if number < 0:
        raise ValueError("a number that is called cannot be negative")
    if number > CARDINAL_MAX:
        return read_digits(str(number), language)
    return _english(number) if language == "en" else _vietnamese(number, region)


def read_digits(digits: str, language: str) -> list[str]:
    """Read each digit by itself: "007" is "không không bảy". *digits* are 0 to 9 and nothing else."""
    names: Sequence[str] = ENGLISH_ONES if language == "en" else VIETNAMESE_DIGITS
    return [names[int(digit)] for digit in digits]


def read_letter(letter: str, language: str) -> str:
    """
    Name one letter: "B" is "bê"; in English the capital itself, which engines read as its name.

    A sign without a name (a hyphen) is the empty text: it is not spoken.
    """
    capital = letter.upper()
    if language == "en":
        return capital if capital in VIETNAMESE_LETTERS else ""
    return VIETNAMESE_LETTERS.get(capital, "")


def read_ticket(
    number: str, language: str, style: NumberStyle = NumberStyle.ZEROS, region: Region = Region.NORTH
) -> list[list[str]]:
    """
    Read a ticket's number group by group: "A042" is ``[["a"], ["không", "bốn", "hai"]]``.

    A short pause belongs between two groups. Signs that have no name only divide: "K2-07" is ca, hai, không bảy.
    """
    groups = []
    for is_digits, run in groupby(number, key=_is_digit):
        text = "".join(run)
        words = (
            _read_run(text, language, style, region) if is_digits else [read_letter(sign, language) for sign in text]
        )
        spoken = [word for word in words if word]
        if spoken:
            groups.append(spoken)
    return groups


def _is_digit(sign: str) -> bool:
    return sign.isascii() and sign.isdigit()


def _read_run(digits: str, language: str, style: NumberStyle, region: Region) -> list[str]:
    leads_with_zero = len(digits) > 1 and digits.startswith("0")
    if style is NumberStyle.DIGITS or (style is NumberStyle.ZEROS and leads_with_zero):
        return read_digits(digits, language)
    return read_number(int(digits), language, region) if len(digits) < 10 else read_digits(digits, language)


def _vietnamese(number: int, region: Region) -> list[str]:
    if number < 1000:
        return _below_thousand(number, region, with_hundreds=number >= 100)
    size, name = (1_000_000, "triệu") if number >= 1_000_000 else (1000, THOUSAND[region])
    head, rest = divmod(number, size)
    words = [*_vietnamese(head, region), name]
    return words + _rest(rest, size, region)


def _rest(rest: int, size: int, region: Region) -> list[str]:
    """What follows a thousand or a million: its hundreds are always said ("một nghìn không trăm linh một")."""
    if rest == 0:
        return []
    if size == 1000:
        return _below_thousand(rest, region, with_hundreds=True)
    thousands, units = divmod(rest, 1000)
    words = [*_below_thousand(thousands, region, with_hundreds=True), THOUSAND[region]] if thousands else []
    return words + _rest(units, 1000, region)


def _below_thousand(number: int, region: Region, with_hundreds: bool) -> list[str]:
    hundreds, below = divmod(number, 100)
    if not with_hundreds:
        return _below_hundred(below)
    words = [VIETNAMESE_DIGITS[hundreds], "trăm"]
    if below == 0:
        return words
    if below < 10:
        return [*words, HUNDREDS_LINK[region], VIETNAMESE_DIGITS[below]]
    return words + _below_hundred(below)


def _below_hundred(number: int) -> list[str]:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return [VIETNAMESE_DIGITS[ones]]
    words = ["mười"] if tens == 1 else [VIETNAMESE_DIGITS[tens], "mươi"]
    if ones == 0:
        return words
    if ones == 5:
        return [*words, "lăm"]
    if ones == 1 and tens > 1:
        return [*words, "mốt"]
    return [*words, VIETNAMESE_DIGITS[ones]]


def _english(number: int) -> list[str]:
    if number < 20:
        return [ENGLISH_ONES[number]]
    if number < 100:
        tens, ones = divmod(number, 10)
        return [ENGLISH_TENS[tens], *([ENGLISH_ONES[ones]] if ones else [])]
    size, name = next(
        step for step in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")) if number >= step[0]
    )
    head, rest = divmod(number, size)
    link = ["and"] if 0 < rest < 100 else []
    return [*_english(head), name, *link, *(_english(rest) if rest else [])]

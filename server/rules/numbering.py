"""How a number is written and how typed digits are matched to it. Counting itself is a row (see `records`)."""

from __future__ import annotations

import unicodedata

WIDTH = 3
#: A series holds this many numbers a day; past it the printed number would no longer fit slip and screen.
SERIES_MAX = 9999


def label(prefix: str, number: int) -> str:
    """The printed number, such as ``A042``; it grows past 999 (``A1000``) and never wraps."""
    return f"{prefix}{number:0{WIDTH}d}"


def same_number(printed: str, typed: str) -> bool:
    """
    True when somebody who types *typed* means the printed number *printed*.

    ``42``, ``042``, ``A42`` and ``a042`` all mean ``A042``; ``B42`` does not.
    """
    wanted = unicodedata.normalize("NFC", typed).strip().upper().replace(" ", "").replace("-", "")
    printed = printed.replace("-", "")
    prefix, digits = _split(printed)
    typed_prefix, typed_digits = _split(wanted)
    if not typed_digits.isdigit():
        return False
    return typed_prefix in ("", prefix) and typed_digits.lstrip("0") == digits.lstrip("0")


def _split(text: str) -> tuple[str, str]:
    start = next((index for index, sign in enumerate(text) if sign.isdigit()), len(text))
    return text[:start], text[start:]

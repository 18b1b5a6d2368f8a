"""
The words that people read, from the locale files, by code: refusals, reasons of a choice, what stands on a slip.

Vietnamese is the language of the house: a sentence that another language lacks is given in Vietnamese.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

LOCALE: Final = Path(__file__).parent / "pages" / "locale"
LANGUAGES: Final = ("vi", "en")


@lru_cache(maxsize=32)
def catalogue(name: str, language: str) -> Mapping[str, Any]:
    """The sentences of the file ``NAME.LANGUAGE.json``; empty where there is none."""
    path = LOCALE / f"{name}.{language}.json"
    if not path.exists():
        return {}
    loaded: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def sentence(name: str, key: str, language: str, facts: Mapping[str, object] | None = None, part: str = "") -> str:
    """
    One sentence with its facts filled in.

    Args:
        name: The file, such as ``refusals``.
        key: The code.
        language: What the reader asked for; Vietnamese stands in for what is missing.
        facts: Values for ``{name}`` places; a missing one shows as an ellipsis rather than failing.
        part: For entries that hold several sentences, which one (``title``, ``detail``).
    """
    found: Any = None
    for candidate in (language, *LANGUAGES):
        found = catalogue(name, candidate).get(key)
        if found is not None:
            break
    if isinstance(found, Mapping):
        found = found.get(part, "")
    return str(found if found is not None else key).format_map(_Facts(facts or {}))


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def name_in(names: Mapping[str, str], language: str) -> str:
    """A name in the reader's language, else in Vietnamese, else in any."""
    return names.get(language) or names.get("vi") or next(iter(names.values()), "")

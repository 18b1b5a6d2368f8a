"""Refusals as patients read them: the page's own locale files, by code."""

import json
from pathlib import Path

LANGUAGES = ("vi", "en")  # the first one is the reader's when they name none


class Sentences:
    """The sentences ``refusal.CODE`` of the locale files in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._texts: dict[str, dict[str, str]] = {
            language: json.loads((folder / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
        }

    def find(self, code: str, language: str) -> str | None:
        texts = self._texts.get(language, self._texts[LANGUAGES[0]])
        return texts.get(f"refusal.{code}")

    def say(self, code: str, language: str) -> str:
        """The sentence for *code*; the general one where the code has none."""
        return self.find(code, language) or self.find("other", language) or code


def reader_language(accept_language: str) -> str:
    """The first language of an ``Accept-Language`` header that we have, in the order written."""
    for part in accept_language.split(","):
        language = part.split(";")[0].strip()[:2].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]

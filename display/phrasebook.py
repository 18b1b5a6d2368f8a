"""Reads the phrasebooks, one TOML file a language, checked whole at the start: no call may fail on a typing error."""

import tomllib
from pathlib import Path
from typing import Any

from display.announce import DEFAULT_LANGUAGE, Phrasebook

PACKS = Path(__file__).with_name("packs")
SLOTS = frozenset({"{place}", "{toward}"})
OPENINGS = ("one", "priority", "many")
CLOSINGS = ("one", "many", "unplaced")


def load_phrasebooks(folder: Path = PACKS) -> dict[str, Phrasebook]:
    """
    Load every ``*.toml`` of a folder, by language.

    Raises:
        ValueError: A file names a clip that it does not list, lacks a sentence, or Vietnamese is missing.
    """
    books = {book.language: book for book in map(_load, sorted(folder.glob("*.toml")))}
    if DEFAULT_LANGUAGE not in books:
        raise ValueError(f"no Vietnamese phrasebook in {folder}")
    return books


def _load(path: Path) -> Phrasebook:
    try:
        book = Phrasebook(**tomllib.loads(path.read_text(encoding="utf-8")))
        used = [*book.emergency, *book.toward.values()]
        used += [item for name in OPENINGS for item in book.openings[name]]
        used += [item for name in CLOSINGS for item in book.closings[name]]
        _check(book.clips, used)
        _check(book.toward, ["otherwise"])
    except (TypeError, KeyError, AttributeError, tomllib.TOMLDecodeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    return book


def _check(table: Any, names: list[str]) -> None:
    for name in names:
        if name not in SLOTS and not isinstance(table.get(name), str):
            raise ValueError(f"{name} is used but not listed")

"""
Type: which font files, how wide a text is, and where it breaks.

The files are those of the font-manrope package (SIL OFL), which has every Vietnamese letter; a hospital may set
another family. Fonts are opened once per size and kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import font_manrope
from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

NO_BREAK = "\u00a0"
EVENNESS_DOTS = 8  # 1 mm: a finer evenness of lines is not seen
# "Phòng 12", "tầng 1", "khu A": the short word belongs to the one before it.
SHORT_TAIL = re.compile(r" (?=(?:[A-Z]\d{0,3}|\d{1,4}[A-Za-z]?)(?:[ ,.;)]|$))")


@dataclass(frozen=True, slots=True)
class Typeface:
    """The files of one family, by weight. TrueType or OpenType, with Latin Extended Additional (``ắ ễ ợ``)."""

    medium: Path
    bold: Path
    heavy: Path


MANROPE = Typeface(
    medium=Path(font_manrope.font_directory) / "Manrope-SemiBold.ttf",  # thin strokes fade on a worn print head
    bold=Path(font_manrope.font_directory) / "Manrope-Bold.ttf",
    heavy=Path(font_manrope.font_directory) / "Manrope-ExtraBold.ttf",
)


@lru_cache(maxsize=128)  # three weights, two widths, a dozen sizes each
def font(path: Path, size_dots: int) -> FreeTypeFont:
    """
    The font at *path* with an em of *size_dots*.

    Basic layout: composed letters need no shaping, it is quicker, and it draws the same on every system.
    """
    return ImageFont.truetype(str(path), size_dots, layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one text in one font."""

    lines: tuple[str, ...]
    font: FreeTypeFont
    size_dots: int


def fit(text: str, path: Path, sizes_dots: Sequence[int], width_dots: int, lines_max: int) -> Block:
    """
    Set *text* in the largest of *sizes_dots* (falling) that needs at most *lines_max* lines.

    The last size is used whatever it needs: nothing of a name is ever left out.
    """
    for size_dots in sizes_dots:
        lines = wrap(text, font(path, size_dots), width_dots)
        if len(lines) <= lines_max:
            break
    return Block(lines, font(path, size_dots), size_dots)


def wrap(text: str, face: FreeTypeFont, width_dots: int) -> tuple[str, ...]:
    """
    Break *text* into the fewest lines of at most *width_dots*, evenly filled.

    A word wider than a line is broken where it must be.
    """
    words = SHORT_TAIL.sub(NO_BREAK, text).split(" ")
    whole = [piece for word in words for piece in _broken(word, face, width_dots)]
    widths = [face.getlength(piece) for piece in whole]
    blank = face.getlength(" ")
    lines = _greedy(widths, blank, width_dots)
    low, high = max(width_dots // 2, max(widths)), float(width_dots)
    while len(lines) > 1 and high - low > EVENNESS_DOTS:
        middle = (low + high) / 2
        narrower = _greedy(widths, blank, middle)
        if len(narrower) == len(lines):
            high, lines = middle, narrower
        else:
            low = middle
    return tuple(" ".join(whole[start:end]) for start, end in lines)


def _greedy(widths: Sequence[float], blank: float, width_dots: float) -> list[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    start, used = 0, 0.0
    for index, width in enumerate(widths):
        if index > start and used + blank + width > width_dots:
            lines.append((start, index))
            start, used = index, width
        else:
            used += width if index == start else blank + width
    return [*lines, (start, len(widths))]


def _broken(word: str, face: FreeTypeFont, width_dots: int) -> list[str]:
    if face.getlength(word) <= width_dots:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and face.getlength(piece + letter) > width_dots:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]

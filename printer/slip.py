"""
The slip as a picture: content in, black dots on white out.

Drawn by us because code pages differ by maker: full Vietnamese as text prints on few models and as other letters on
the rest, without an error. Pure but for font files, which are opened once. What the words are is in
`printer.labels`, what may stand on a slip in `printer.content`; bytes for a printer are made by `printer.encode`.

From the top: the mark of a copy, hospital, service, the number as large as the paper allows, class, where to go;
below a line the QR and beside it who is ahead, the wait and the time of issue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import segno
from PIL import Image
from segno.encoder import DataOverflowError

from printer.content import SlipContent
from printer.errors import ContentError, PictureError
from printer.labels import LABELS, ahead_text, issued_text, wait_text
from printer.sheet import Sheet
from printer.typeface import MANROPE, Typeface

DOTS_PER_MM = 8  # 203 dpi
WIDTHS_DOTS = (384, 832)  # 58 mm paper to 4 inch heads; a multiple of 8, because a byte is eight dots
QUIET_MODULES = 4  # ISO/IEC 18004
MODULE_DOTS_MIN = 3  # below, a module blurs on a worn head


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in dots for one paper. A tuple of sizes falls: the first one that fits is taken."""

    margin: int
    hospital: tuple[int, ...]
    service: tuple[int, ...]
    number: tuple[int, ...]
    mark: int
    where: tuple[int, ...]
    label: int
    value: tuple[int, ...]
    small: tuple[int, ...]
    qr: int
    gap: int
    line: int


# At 203 dpi 20 dots are 2.5 mm: no text is smaller.
WIDE = Layout(
    margin=12, hospital=(27, 25), service=(38, 34, 31), number=tuple(range(180, 60, -8)), mark=28,
    where=(33, 30, 28), label=22, value=(34, 30, 26), small=(20,), qr=164, gap=12, line=2,
)  # fmt: skip
NARROW = Layout(
    margin=6, hospital=(24, 21), service=(33, 30, 27), number=tuple(range(158, 40, -6)), mark=24,
    where=(28, 25), label=20, value=(27, 24, 21), small=(20,), qr=164, gap=10, line=2,
)  # fmt: skip
WIDE_FROM_DOTS = 512


def draw(content: SlipContent | Mapping[str, Any], width_dots: int = 576, typeface: Typeface = MANROPE) -> Image.Image:
    """
    Draw a slip.

    Args:
        content: The content object of the contract, as JSON or already read.
        width_dots: 576 for 80 mm paper, 384 for 58 mm; between them any multiple of 8.
        typeface: Another family than Manrope, with all Vietnamese letters.

    Returns:
        A picture of mode ``1`` (0 is black), as wide as asked and as long as needed; no feed at its ends.

    Raises:
        ContentError: The content cannot be drawn.
        PictureError: No printer has such a width.
    """
    check_width(width_dots)
    slip = content if isinstance(content, SlipContent) else SlipContent.from_json(content)
    layout = WIDE if width_dots >= WIDE_FROM_DOTS else NARROW
    sheet = Sheet(width_dots, layout.margin, typeface)
    _head(sheet, slip, layout)
    _foot(sheet, slip, layout)
    return sheet.picture()


def check_width(width_dots: int) -> None:
    """
    Raises:
        PictureError: No printer of ours is *width_dots* wide: 384 to 832, a multiple of 8.
    """
    if not WIDTHS_DOTS[0] <= width_dots <= WIDTHS_DOTS[1] or width_dots % 8:
        raise PictureError(width_dots=width_dots)


def _head(sheet: Sheet, slip: SlipContent, layout: Layout) -> None:
    if slip.is_copy:
        sheet.banner(LABELS[slip.language].copy, layout.mark)
    sheet.skip(layout.gap)
    if slip.hospital:
        sheet.centred(slip.hospital, sheet.typeface.medium, layout.hospital, lines_max=2)
        sheet.skip(layout.gap // 2)
        sheet.rule(layout.line)
        sheet.skip(layout.gap // 2)
    if slip.service:
        sheet.centred(slip.service, sheet.typeface.bold, layout.service, lines_max=2)
        sheet.skip(layout.gap // 4)  # room for the tails of g and y
    sheet.skip(layout.gap)
    sheet.numeral(slip.number, layout.number)
    sheet.skip(layout.gap)
    if slip.class_mark or slip.class_note:
        sheet.skip(layout.gap // 2)
        sheet.marks(slip.class_mark, slip.class_note, layout.mark)
        sheet.skip(layout.gap // 2)
    if slip.where:
        sheet.skip(layout.gap // 2)
        sheet.centred(f"→ {slip.where}", sheet.typeface.bold, layout.where, lines_max=2)
        sheet.skip(layout.gap)


def _foot(sheet: Sheet, slip: SlipContent, layout: Layout) -> None:
    labels = LABELS[slip.language]
    facts = _facts(slip)
    issued = issued_text(slip.issued_at, slip.language)
    code = qr_picture(slip.qr, layout.qr) if slip.qr else None
    sheet.dotted_rule(layout.line)
    if code or facts:
        sheet.skip(layout.gap // 2 if code else layout.gap)  # a code brings its own quiet zone
        sheet.beside(code, facts, layout.label, layout.value)
        sheet.skip(0 if code else layout.gap // 2)
    else:
        sheet.skip(layout.gap // 2)
    if code and slip.qr_opens_page:
        sheet.ends(issued, labels.scan, layout.small)
    else:
        sheet.centred(f"{labels.issued} {issued}", sheet.typeface.medium, layout.small, lines_max=1)
    sheet.skip(layout.gap // 2)


def _facts(slip: SlipContent) -> list[tuple[str, str]]:
    labels = LABELS[slip.language]
    facts = []
    if slip.ahead is not None:
        facts.append((labels.ahead, ahead_text(slip.ahead, slip.language)))
    if slip.wait:
        facts.append((labels.wait, wait_text(slip.wait, slip.language)))
    return facts


@lru_cache(maxsize=8)  # a copy is often drawn right after its original
def qr_picture(text: str, box_dots: int) -> Image.Image:
    """
    Draw a QR code with its quiet zone, each module a whole number of dots.

    Args:
        text: What a reader gets back, letter by letter.
        box_dots: The side wished for; longer where modules would fall under three dots.

    Raises:
        ContentError: *text* is too long for a QR code.
    """
    try:
        code = segno.make(text, error="m", micro=False)
    except DataOverflowError as error:
        raise ContentError(field="qr") from error
    rows = [bytes(row) for row in code.matrix]
    side = len(rows)
    module_dots = max(MODULE_DOTS_MIN, round(box_dots / (side + 2 * QUIET_MODULES)))
    dark = Image.frombytes("L", (side, side), b"".join(rows)).point(lambda value: 0 if value else 255)
    quiet = Image.new("L", (side + 2 * QUIET_MODULES, side + 2 * QUIET_MODULES), 255)
    quiet.paste(dark, (QUIET_MODULES, QUIET_MODULES))
    return quiet.resize((quiet.width * module_dots, quiet.height * module_dots), Image.Resampling.NEAREST)

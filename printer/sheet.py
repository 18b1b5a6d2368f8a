"""
A sheet of paper that grows downward: text, lines, marks and pictures placed one under the other.

Knows positions, not meaning: `printer.slip` decides what stands where. Everything is drawn in grey and cut to black
and white once, which gives better letters at 203 dpi than drawing without grey.
"""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from printer.typeface import NO_BREAK, Block, Typeface, fit, font

LENGTH_DOTS_MAX = 4000  # half a metre: the longest content we accept needs a third of it
LEADING = 1.28  # Vietnamese stacks two marks on a capital: tighter lines touch
ASCENT = 0.98  # from the top of a line to its baseline, of the em: room for Ễ
CAPITAL = 0.72  # height of a capital, of the em
MARKS = 0.25  # what Ả or Ễ rises above it
BLACK, WHITE = 0, 255
INK_BELOW = 150  # a little darker than half: thin strokes survive a pale roll
DOT_PERIOD = 10


class Sheet:
    """
    Args:
        width_dots: Of the paper's printed part.
        margin_dots: Left free on both sides.
    """

    def __init__(self, width_dots: int, margin_dots: int, typeface: Typeface) -> None:
        self.width_dots = width_dots
        self.margin_dots = margin_dots
        self.inner_dots = width_dots - 2 * margin_dots
        self.typeface = typeface
        self.y = 0
        self._grey = Image.new("L", (width_dots, LENGTH_DOTS_MAX), WHITE)
        self._pen = ImageDraw.Draw(self._grey)

    def picture(self) -> Image.Image:
        """What has been drawn, in mode ``1``, down to where the next thing would be placed."""
        used = self._grey.crop((0, 0, self.width_dots, max(1, min(self.y, LENGTH_DOTS_MAX))))
        return used.point(lambda value: WHITE if value >= INK_BELOW else BLACK, mode="1")

    def skip(self, dots: int) -> None:
        """Leave *dots* free."""
        self.y += dots

    def rule(self, thickness_dots: int) -> None:
        """A line from margin to margin."""
        self._pen.rectangle(
            (self.margin_dots, self.y, self.width_dots - self.margin_dots - 1, self.y + thickness_dots - 1), fill=BLACK
        )
        self.y += thickness_dots

    def dotted_rule(self, thickness_dots: int) -> None:
        """A lighter line: dashes of half a period."""
        for x in range(self.margin_dots, self.width_dots - self.margin_dots, DOT_PERIOD):
            self._pen.rectangle((x, self.y, x + DOT_PERIOD // 2 - 1, self.y + thickness_dots - 1), fill=BLACK)
        self.y += thickness_dots

    def centred(self, text: str, path: Path, sizes_dots: Sequence[int], lines_max: int) -> None:
        """*text* in the middle, in the largest size that needs at most *lines_max* lines."""
        block = fit(text, path, sizes_dots, self.inner_dots, lines_max)
        self.y += self._lines(block, self.width_dots // 2, self.y, "ms")

    def numeral(self, text: str, sizes_dots: Sequence[int]) -> None:
        """*text* on one line, as large as the width allows; only its ink takes height."""
        for size_dots in sizes_dots:
            face = font(self.typeface.heavy, size_dots)
            if face.getlength(text) <= self.inner_dots:
                break
        left, top, right, bottom = face.getbbox(text, anchor="ls")
        x = (self.width_dots - (right - left)) // 2 - left
        self._pen.text((x, self.y - top), text, fill=BLACK, font=face, anchor="ls")
        self.y += round(bottom - top)

    def ends(self, left: str, right: str, sizes_dots: Sequence[int]) -> None:
        """Two small texts at the two ends of one line; where they do not fit, centred one under the other."""
        size_dots = sizes_dots[-1]
        face = font(self.typeface.medium, size_dots)
        if face.getlength(left) + face.getlength(right) + size_dots > self.inner_dots:
            self.centred(right, self.typeface.medium, sizes_dots, lines_max=2)
            self.centred(left, self.typeface.medium, sizes_dots, lines_max=1)
            return
        baseline = self.y + round(size_dots * ASCENT)
        self._pen.text((self.margin_dots, baseline), left, fill=BLACK, font=face, anchor="ls")
        self._pen.text((self.width_dots - self.margin_dots, baseline), right, fill=BLACK, font=face, anchor="rs")
        self.y += round(size_dots * LEADING)

    def banner(self, text: str, size_dots: int) -> None:
        """*text* white on black over the whole width."""
        height = round(size_dots * 1.7)
        self._pen.rectangle((0, self.y, self.width_dots - 1, self.y + height - 1), fill=BLACK)
        face = font(self.typeface.heavy, size_dots)
        self._pen.text(
            (self.width_dots // 2, self._middle(height, size_dots)), text, fill=WHITE, font=face, anchor="ms"
        )
        self.y += height

    def marks(self, strong: str | None, weak: str | None, size_dots: int) -> None:
        """A black pill with *strong*, an outlined one with *weak*: side by side, or one under the other."""
        pills = [pill for pill in (self._pill(strong, size_dots, True), self._pill(weak, size_dots, False)) if pill]
        between = size_dots // 2
        together = sum(pill.width for pill in pills) + between * (len(pills) - 1)
        if together <= self.inner_dots:
            x = (self.width_dots - together) // 2
            for pill in pills:
                self._grey.paste(pill, (x, self.y))
                x += pill.width + between
            self.y += max(pill.height for pill in pills)
            return
        for pill in pills:
            self._grey.paste(pill, ((self.width_dots - pill.width) // 2, self.y))
            self.y += pill.height + between // 2
        self.y -= between // 2

    def beside(
        self, picture: Image.Image | None, facts: Sequence[tuple[str, str]], label_dots: int, value_dots: Sequence[int]
    ) -> None:
        """*picture* at the left and pairs of label and value at its right, both centred on one height."""
        left = self.margin_dots + (picture.width + label_dots // 2 if picture else 0)
        room = self.width_dots - self.margin_dots - left
        blocks = [
            (
                fit(label, self.typeface.medium, (label_dots, 20, 18), room, 1),
                fit(value, self.typeface.bold, value_dots, room, 1),
            )
            for label, value in facts
        ]
        between = label_dots // 2
        height = sum(block_height(label) + block_height(value) for label, value in blocks) + between * (len(blocks) - 1)
        tallest = max(height, picture.height if picture else 0)
        if picture:
            self._grey.paste(picture, (self.margin_dots, self.y + (tallest - picture.height) // 2))
        y = self.y + (tallest - height) // 2
        for label, value in blocks:
            y += self._lines(label, left, y, "ls")
            y += self._lines(value, left, y, "ls") + between
        self.y += tallest

    def _lines(self, block: Block, x: int, y: int, anchor: str) -> int:
        leading = round(block.size_dots * LEADING)
        for index, line in enumerate(block.lines):
            baseline = y + index * leading + round(block.size_dots * ASCENT)
            self._pen.text((x, baseline), line.replace(NO_BREAK, " "), fill=BLACK, font=block.font, anchor=anchor)
        return block_height(block)

    def _pill(self, text: str | None, size_dots: int, is_filled: bool) -> Image.Image | None:
        if not text:
            return None
        path = self.typeface.heavy if is_filled else self.typeface.bold
        pad = round(size_dots * 0.6)
        block = fit(text, path, (size_dots, size_dots - 4), self.inner_dots - 2 * pad, 1)
        leading = round(block.size_dots * LEADING)
        height = leading * len(block.lines) + round(size_dots * 0.3)
        width = min(self.inner_dots, round(max(block.font.getlength(line) for line in block.lines)) + 2 * pad)
        pill = Image.new("L", (width, height), WHITE)
        pen = ImageDraw.Draw(pill)
        paper, ink = (BLACK, WHITE) if is_filled else (WHITE, BLACK)
        pen.rounded_rectangle((0, 0, width - 1, height - 1), radius=10, fill=paper, outline=BLACK, width=2)
        for index, line in enumerate(block.lines):
            baseline = round(size_dots * 0.15) + index * leading + round(block.size_dots * ASCENT)
            pen.text((width // 2, baseline), line.replace(NO_BREAK, " "), fill=ink, font=block.font, anchor="ms")
        return pill

    def _middle(self, height: int, size_dots: int) -> int:
        return self.y + (height + round(size_dots * (CAPITAL + MARKS / 2))) // 2


def block_height(block: Block) -> int:
    """Dots that the lines of *block* take."""
    return round(block.size_dots * LEADING) * len(block.lines)

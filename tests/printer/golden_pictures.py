"""
The golden pictures: slips that a person has looked at and found right.

``python -m tests.printer.golden_pictures`` draws them anew after a wanted change; look at each before committing it.
"""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from printer.slip import draw
from tests.printer.samples import NAMED

FOLDER = Path(__file__).parent / "golden"
WIDTHS = (576, 384)


def cases() -> Iterator[tuple[str, int]]:
    for name in NAMED:
        for width in WIDTHS:
            yield name, width


def path(name: str, width: int) -> Path:
    return FOLDER / f"{name}-{width}.png"


def drawn(name: str, width: int) -> Image.Image:
    return draw(NAMED[name], width)


def renew() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, width in cases():
        drawn(name, width).save(path(name, width), optimize=True)
        print(path(name, width).name)


if __name__ == "__main__":
    renew()

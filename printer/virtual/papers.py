"""
The tray: one PNG for each piece of paper that came out.

Written beside and renamed, so that a watcher never sees half a picture; named by the time in UTC and a counter, so that
names sort as the papers came. The tray holds a bounded number; the oldest go first.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from printer.errors import FolderError

PAPERS_MAX = 500  # two hours of a busy kiosk, about 5 MB
NAME = re.compile(r"paper-(\d{8}T\d{6}\.\d{6})Z-(\d{6})\.png")
TIME_FORMAT = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True, slots=True)
class Kept:
    """One piece of paper in the tray; sizes in dots."""

    name: str
    at: datetime
    width: int
    height: int


class Tray:
    """
    Args:
        folder: Made if missing.

    Raises:
        FolderError: It cannot be made or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sizes: dict[str, tuple[int, int]] = {}
        self._count = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".probe"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise FolderError(folder=str(folder), reason=error.strerror) from error

    def keep(self, picture: Image.Image, at: datetime) -> Kept:
        """Put *picture* on top."""
        self._count += 1
        name = f"paper-{at.astimezone(UTC).strftime(TIME_FORMAT)}Z-{self._count:06d}.png"
        part = self.folder / f".{name}.part"
        picture.save(part, format="PNG")
        os.replace(part, self.folder / name)
        self._sizes[name] = picture.size
        for old in self._names()[PAPERS_MAX:]:
            (self.folder / old).unlink(missing_ok=True)
            self._sizes.pop(old, None)
        return Kept(name, at, *picture.size)

    def newest_first(self, limit: int = PAPERS_MAX) -> list[Kept]:
        """What lies in the tray, at most *limit* of it."""
        return [self._kept(name) for name in self._names()[: max(0, limit)]]

    def read(self, name: str) -> bytes | None:
        """The PNG of that name; None if there is none, or it is no name of ours."""
        if not NAME.fullmatch(name):
            return None
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def _names(self) -> list[str]:
        return sorted((entry.name for entry in self.folder.iterdir() if NAME.fullmatch(entry.name)), reverse=True)

    def _kept(self, name: str) -> Kept:
        if name not in self._sizes:
            with Image.open(self.folder / name) as picture:
                self._sizes[name] = picture.size
        stamp = name.split("-")[1]
        return Kept(name, datetime.strptime(stamp, TIME_FORMAT + "Z").replace(tzinfo=UTC), *self._sizes[name])

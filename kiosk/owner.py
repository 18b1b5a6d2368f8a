"""One program a data folder: two that print from one journal would print everything twice."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path


class DataInUseError(Exception):
    """Another luot-kiosk holds the folder."""


@contextlib.contextmanager
def own_data(folder: Path) -> Iterator[None]:
    """
    Make *folder* where it is missing and hold it until the block ends or the process dies, however it dies.

    SQLite's lock on an empty database is the one lock that the standard library has on every system.

    Raises:
        DataInUseError: another process holds it.
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(folder / "owner.lock", timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if "locked" not in str(error):
            raise OSError(f"{folder} cannot be written: {error}") from error
        raise DataInUseError(
            f"{folder} is in use by another luot-kiosk: end that one, or name another --data"
        ) from error
    try:
        yield
    finally:
        lock.close()

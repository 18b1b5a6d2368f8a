"""One program a data folder: a lock that the system lets go when the program ends, however it ends."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class InUseError(Exception):
    """Another program holds the folder."""


def hold(data: Path, name: str) -> IO[str]:
    """
    Hold *data* under *name* until the returned file is closed or the process ends.

    Raises:
        InUseError: Another program holds it.
    """
    file = (data / f"{name}.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise InUseError(str(data)) from error
    return file

"""The files that the touch page is made of, and under which addresses the gateway serves them."""

import hashlib
import mimetypes
from pathlib import Path

import font_manrope
from starlette.staticfiles import StaticFiles

from server import clock

PAGE = Path(__file__).parent / "page"
COMMON = Path(clock.__file__).parent / "pages" / "common"  # shared with the server's own pages
FONT = Path(font_manrope.font_directory)


def mounts() -> list[tuple[str, StaticFiles]]:
    """Each address with its files; the page itself comes last because it takes every address that is left."""
    # Windows keeps these in the registry, where other programs damage them; a browser runs no module as text/plain.
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("text/css", ".css")
    mimetypes.add_type("application/json", ".json")
    mimetypes.add_type("font/ttf", ".ttf")
    return [
        ("/api/kiosk/locale", StaticFiles(directory=PAGE / "locale")),
        ("/common", StaticFiles(directory=COMMON, check_dir=False)),
        ("/font", StaticFiles(directory=FONT)),
        ("/", StaticFiles(directory=PAGE, html=True)),
    ]


def assets_version() -> str:
    """A short mark that changes with any file of the page, so that an open page knows when to load itself anew."""
    digest = hashlib.sha256()
    for path in sorted([*PAGE.rglob("*.*"), *COMMON.rglob("*.*")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]

"""A hospital's file that is right, and what a test may break in it."""

from pathlib import Path

import pytest

from server.actions.setup import SetupError, read_hospital
from server.actions.setup_checks import Mistake
from server.rules.hospital import Hospital

ROOT = Path(__file__).parents[3]
LANGUAGES = ("vi", "en")
GOOD = """\
[site]
code = "nho"
name = { vi = "Bệnh viện nhỏ" }

[[area]]
code = "sanh"
name = { vi = "Sảnh" }

[[series]]
code = "a"
prefix = "A"

[[queue]]
code = "noi"
name = { vi = "Nội" }
kind = "clinic"

[[room]]
code = "p1"
area = "sanh"
label = "1"
name = { vi = "Phòng 1" }
queues = ["noi"]

[[service]]
code = "noi"
name = { vi = "Nội" }
series = "a"
flow = ["noi"]
"""
EMERGENCY = """
[[queue]]
code = "cap-cuu"
name = { vi = "Cấp cứu" }
kind = "emergency"

[[room]]
code = "cc"
area = "sanh"
label = "CC"
name = { vi = "Cấp cứu" }
queues = ["cap-cuu"]

[[series]]
code = "e"
prefix = "E"

[[service]]
code = "cap-cuu"
name = { vi = "Cấp cứu" }
series = "e"
flow = ["cap-cuu"]
kiosk = false
"""


def read(tmp_path: Path, text: str | bytes) -> Hospital:
    path = tmp_path / "hospital.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_hospital(path)


def mistakes(tmp_path: Path, text: str | bytes) -> list[Mistake]:
    with pytest.raises(SetupError) as refused:
        read(tmp_path, text)
    return refused.value.mistakes


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert old in text
    return text.replace(old, new, 1)


def line_of(part: str, text: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def seen(found: list[Mistake]) -> list[tuple[int, str]]:
    return [(mistake.line, mistake.code) for mistake in found]

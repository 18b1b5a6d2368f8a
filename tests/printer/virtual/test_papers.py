"""The tray."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from printer.errors import FolderError
from printer.virtual import papers
from printer.virtual.papers import Tray

AT = datetime(2026, 5, 14, 0, 42, 10, tzinfo=UTC)
SLIP = Image.new("1", (384, 100), 1)


def test_names_sort_as_the_papers_came_even_within_one_moment(tmp_path: Path) -> None:
    tray = Tray(tmp_path)
    kept = [tray.keep(SLIP, AT), tray.keep(SLIP, AT), tray.keep(SLIP, AT + timedelta(microseconds=1))]
    assert sorted(path.name for path in tmp_path.iterdir()) == [paper.name for paper in kept]
    assert [paper.name for paper in tray.newest_first()] == [paper.name for paper in reversed(kept)]


def test_a_tray_that_is_opened_again_still_knows_its_papers(tmp_path: Path) -> None:
    kept = Tray(tmp_path).keep(SLIP, AT)
    assert Tray(tmp_path).newest_first() == [kept]


def test_a_full_tray_lets_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "PAPERS_MAX", 3)
    tray = Tray(tmp_path)
    kept = [tray.keep(SLIP, AT + timedelta(seconds=second)) for second in range(5)]
    assert [paper.name for paper in tray.newest_first()] == [paper.name for paper in reversed(kept[2:])]


@pytest.mark.parametrize("name", ["../secret.png", "paper-x.png", "paper-20260514T004210.000000Z-000009.png", ""])
def test_only_papers_can_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    assert Tray(tmp_path / "tray").read(name) is None


def test_nobody_ever_sees_half_a_picture(tmp_path: Path) -> None:
    tray = Tray(tmp_path)
    tray.keep(SLIP, AT)
    assert all(path.suffix == ".png" for path in tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with pytest.raises(FolderError):
        Tray(file)

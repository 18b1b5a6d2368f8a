from pathlib import Path

import pytest

from display.phrasebook import PACKS, load_phrasebooks


def test_the_shipped_phrasebooks_are_vietnamese_and_english() -> None:
    assert set(load_phrasebooks()) == {"vi", "en"}


def test_no_two_clips_of_a_language_say_the_same() -> None:
    for book in load_phrasebooks().values():
        assert len(set(book.clips.values())) == len(book.clips)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('many = ["invite-many"]', 'many = ["invite-meny"]', "invite-meny is used but not listed"),
        ('otherwise = "toward"', "", "otherwise"),
        ('unplaced = ["see-screen"]', "", "unplaced"),
        ("[clips]", "[clips", "vi.toml"),
        ('language = "vi"', 'tongue = "vi"', "tongue"),
    ],
)
def test_a_typing_error_is_named_at_the_start(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (PACKS / "vi.toml").read_text(encoding="utf-8")
    (tmp_path / "vi.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        load_phrasebooks(tmp_path)


def test_a_hall_without_vietnamese_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text((PACKS / "en.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ValueError, match="Vietnamese"):
        load_phrasebooks(tmp_path)

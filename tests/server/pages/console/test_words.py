"""Every sentence of the desk and the start page stands in both languages, and every refusal has its words."""

import json
import re
from pathlib import Path

import pytest

import server
from server.rules.refusals import all_refusals

SERVER = Path(server.__file__).parent
LOCALE = SERVER / "pages" / "locale"
OWN = ["console", "demo", "reasons", "refusals"]
PLACE = re.compile(r"\{(\w+)\}")
KEY = re.compile(r"""\bt\(\s*["']([\w.]+)["']""")


def words(name: str, language: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((LOCALE / f"{name}.{language}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", OWN)
def test_both_languages_have_the_same_sentences_with_the_same_facts(name: str) -> None:
    vietnamese, english = words(name, "vi"), words(name, "en")
    assert list(vietnamese) == list(english)

    different = [
        key for key in vietnamese if set(PLACE.findall(str(vietnamese[key]))) != set(PLACE.findall(str(english[key])))
    ]

    assert different == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_refusal_has_a_title_and_a_detail(language: str) -> None:
    refusals = words("refusals", language)

    lacking = [each.code for each in all_refusals() if set(refusals.get(each.code, {})) != {"title", "detail"}]  # type: ignore[call-overload]  # the file's shape is what is tested

    assert lacking == []


@pytest.mark.parametrize(("folder", "name"), [("pages/console", "console"), ("demo/page", "demo")])
def test_no_sentence_that_a_page_names_is_missing(folder: str, name: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (SERVER / folder).glob("*.js")]
    named = {key for source in sources for key in KEY.findall(source)}
    assert len(named) > 10

    assert named - set(words(name, "vi")) - set(words("reasons", "vi")) == set()

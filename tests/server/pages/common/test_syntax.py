"""What televisions run: the boards' and the common modules stay within Chromium 69."""

import json
import re
from pathlib import Path

import esprima
import pytest

ROOT = Path(__file__).parents[4]
FOLDERS = [ROOT / "server/pages/common", ROOT / "display/page", ROOT / "server/pages/phone"]
SCRIPTS = sorted(file for folder in FOLDERS for file in folder.rglob("*.js"))
STYLES = sorted(file for folder in FOLDERS for file in folder.rglob("*.css"))

TOO_NEW = {
    "a call that Chromium 69 lacks": r"\.(at|replaceAll|replaceChildren|matchAll|allSettled|any|fromEntries)\(",
    "a global that Chromium 69 lacks": r"\b(globalThis|queueMicrotask|structuredClone|WeakRef|BigInt)\b",
    "something that needs a secure context": r"randomUUID|crypto\.subtle|wakeLock|serviceWorker|AudioWorklet",
    "text that is not set as text": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write",
    "style that the policy refuses": r"setAttribute\(\"style\"|\bon\w+=\"",
}
STYLE_TOO_NEW = {
    "a gap, which in Chromium 69 works in grids alone": r"(?<!grid-)(?<!-row-)(?<!-column-)\bgap\s*:",
    "inset": r"\binset(-\w+)*\s*:",
    "a function of numbers": r"\b(clamp|min|max)\(",
    "aspect-ratio": r"(?<![-(])\baspect-ratio\s*:",
    "a newer selector": r":(is|where|has)\(|&\s",
    "a newer unit": r"\d(dvh|svh|lvh|cqw|cqh)\b",
    "a newer rule": r"@(layer|container|property)\b|color-mix\(",
}


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_script_is_one_that_a_television_can_read(file: Path) -> None:
    text = file.read_text()
    esprima.parseModule(text)
    code = re.sub(r"/\*[\s\S]*?\*/|//[^\n]*", "", text)
    assert [why for why, pattern in TOO_NEW.items() if re.search(pattern, code)] == []


@pytest.mark.parametrize("file", STYLES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_style_is_one_that_a_television_can_read(file: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    assert [why for why, pattern in STYLE_TOO_NEW.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("text", ["a?.b", "a ?? b", "class A { b = 1; }", "class A { #b() {} }"])
def test_newer_syntax_is_refused(text: str) -> None:
    with pytest.raises(esprima.Error):
        esprima.parseModule(text)


@pytest.mark.parametrize(
    "text", [".a { gap: 1rem; }", ".a { inset: 0; }", ".a { width: clamp(1px, 2px, 3px); }", ".a:is(b) { color: red; }"]
)
def test_newer_style_is_refused(text: str) -> None:
    assert any(re.search(pattern, text) for pattern in STYLE_TOO_NEW.values())


@pytest.mark.parametrize(
    "folder", ["server/pages/common/locale/live", "server/pages/locale/phone", "display/page/locale/board"]
)
def test_every_sentence_is_there_in_both_languages_with_the_same_facts(folder: str) -> None:
    first, second = (json.loads((ROOT / f"{folder}.{language}.json").read_text()) for language in ("vi", "en"))
    assert facts_of(first) == facts_of(second)


def facts_of(sentences: dict[str, str]) -> dict[str, list[str]]:
    return {key: sorted(re.findall(r"\{(\w+)\}", text)) for key, text in sentences.items()}


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_sentence_that_a_script_names_is_written(file: Path) -> None:
    written: set[str] = set()
    for folder in ("server/pages/common/locale/live", "server/pages/locale/phone", "display/page/locale/board"):
        written |= set(json.loads((ROOT / f"{folder}.vi.json").read_text()))
    named = set(re.findall(r"\"((?:live|phone|board)\.[a-z_]*[a-z])\"", file.read_text()))
    assert named <= written

"""What the touch page looks like to a finger, a slow reader and a small machine: sizes, fit, weight, words."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from kiosk.assets import PAGE
from tests.kiosk.hospital import SERVICES, service
from tests.kiosk.page.conftest import PORTRAIT, OpenPage
from tests.kiosk.worlds import Agent, World, state, until

LANDSCAPE = (1366, 768)
ZOOMED = (540, 960)  # 1080 × 1920 at 200 %
TARGET_PX = 64
WEIGHT_LIMIT_BYTES = 100_000

SMALL_TARGETS = f"""() => [...document.querySelectorAll("button")].filter((one) => one.checkVisibility())
    .map((one) => [one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < {TARGET_PX} || box.height < {TARGET_PX})
    .map(([text, box]) => `${{text}} ${{box.width}}x${{box.height}}`)"""
CUT_OFF = """() => [...document.querySelectorAll("button:not(.choice), p, h1, strong")]
    .filter((one) => one.checkVisibility()
    && !one.classList.contains("for-readers") && (one.scrollWidth > one.clientWidth + 1)
    && getComputedStyle(one).display !== "inline").map((one) => one.outerHTML.slice(0, 80))"""


def steps(page: Page, language: str) -> list[str]:
    """Go the whole way and return what is wrong with each screen; the longest names are chosen."""
    faults: list[str] = []

    def look(name: str) -> None:
        room = page.evaluate("[innerWidth, innerHeight, document.documentElement.scrollWidth]")
        small, cut = page.evaluate(SMALL_TARGETS), page.evaluate(CUT_OFF)
        if room[2] > room[0] or small or cut:
            faults.append(f"{name}: {room} {small} {cut}")

    go = ".start-go" if language == "vi" else ".start-english"
    expect(page.locator(f"{go}:not([disabled])")).to_be_visible()
    look("start")
    page.click(go)
    expect(page.locator(".tile").first).to_be_visible()
    look("service")
    page.click("[data-service=phcn]")
    page.click("[data-class=disability_extreme]")
    look("confirm")
    page.click(".take")
    expect(page.locator(".done")).to_be_visible()
    look("ticket")
    return faults


@pytest.mark.browser
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, ZOOMED])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_target_is_large_and_no_name_is_cut(
    here: World, agent: Agent, open_page: OpenPage, size: tuple[int, int], language: str
) -> None:
    assert steps(open_page(agent.url, size=size), language) == []


@pytest.mark.browser
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_every_screen_fits_without_scrolling(
    here: World, agent: Agent, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(agent.url, size=size)
    overflow = "document.documentElement.scrollHeight - innerHeight"
    page.click(".start-go:not([disabled])")
    assert page.evaluate(overflow) <= 0
    page.click("[data-service=phcn]")
    assert page.evaluate(overflow) <= 0
    page.click(".take")
    expect(page.locator(".done")).to_be_visible()
    assert page.evaluate(overflow) <= 0


@pytest.mark.browser
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_names_of_four_lines_leave_the_way_back_above_the_emergency_line(
    here: World, agent: Agent, open_page: OpenPage, size: tuple[int, int]
) -> None:
    long = {"vi": "Khám và điều trị Phục hồi chức năng " * 3, "en": "Rehabilitation"}
    here.hospital.services = [dict(one, name=long, hint=long) for one in SERVICES]
    here.hospital.is_up = False  # a server that comes back is asked for the hospital at once
    until(lambda: state(agent)["connection"] == "lost")
    here.hospital.is_up = True
    until(lambda: all(one["name"] == long for one in state(agent)["services"]))
    page = open_page(agent.url, size=size)
    page.click(".start-go:not([disabled])")
    expect(page.locator(".tile").last).to_be_visible()
    back, strip = page.locator(".ways .button").bounding_box(), page.locator(".emergency").bounding_box()
    assert back is not None
    assert strip is not None
    assert back["y"] + back["height"] <= strip["y"]
    assert strip["y"] + strip["height"] <= size[1]
    last = page.locator(".tile").last
    last.scroll_into_view_if_needed()
    last.click()
    expect(page.locator("confirm-step")).to_be_visible()


@pytest.mark.browser
def test_a_hospital_with_many_services_shows_all_of_them_by_group(
    here: World, agent: Agent, open_page: OpenPage
) -> None:
    more = [service(f"xq{count}", f"Chụp X-quang {count}", f"X-ray {count}", "xray", "chup") for count in range(9)]
    here.hospital.services = [dict(one, group="kham") for one in SERVICES] + more
    here.hospital.groups = [
        {"code": "kham", "name": {"vi": "Khám bệnh", "en": "Consultations"}},
        {"code": "chup", "name": {"vi": "Chụp chiếu", "en": "Imaging"}},
    ]
    here.hospital.is_up = False  # a server that comes back is asked for the hospital at once
    until(lambda: state(agent)["connection"] == "lost")
    here.hospital.is_up = True
    until(lambda: len(state(agent)["services"]) == 17)
    page = open_page(agent.url)
    page.click(".start-go:not([disabled])")
    tabs = page.locator(".tab")
    expect(tabs).to_have_text(["Khám bệnh", "Chụp chiếu 1", "Chụp chiếu 2"])
    seen: list[str] = []
    for place in range(3):
        tabs.nth(place).click()
        seen += page.locator(".tile").evaluate_all("all => all.map((one) => one.dataset.service)")
    assert sorted(seen) == sorted(one["code"] for one in here.hospital.services)


@pytest.mark.browser
def test_script_and_style_weigh_less_than_100_kb(here: World, agent: Agent, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    weights: list[int] = []
    page.on(
        "response",
        lambda answer: weights.append(len(answer.body())) if answer.url.endswith((".js", ".css")) else None,
    )
    page.goto(agent.url)
    expect(page.locator(".start-go:not([disabled])")).to_be_visible()
    assert len(weights) > 10
    assert sum(weights) < WEIGHT_LIMIT_BYTES


def test_both_languages_have_every_sentence_with_the_same_facts() -> None:
    vietnamese, english = (json.loads((PAGE / "locale" / f"{one}.json").read_text("utf-8")) for one in ("vi", "en"))
    assert vietnamese.keys() == english.keys()
    for key, sentence in vietnamese.items():
        assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", english[key])), key


def test_every_sentence_that_the_page_asks_for_exists() -> None:
    sentences = json.loads((PAGE / "locale" / "vi.json").read_text("utf-8"))
    source = "\n".join(path.read_text("utf-8") for path in PAGE.rglob("*.js"))
    asked = set(re.findall(r'"((?:page|start|service|confirm|ticket|idle|lost|refusal|scan)\.\w+)"', source))
    assert len(asked) > 30
    assert asked - sentences.keys() == set()

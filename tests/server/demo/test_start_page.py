"""The start page in a browser, with a real virtual printer behind it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import font_manrope
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.staticfiles import StaticFiles

import server
from server.demo.routes import demo_router

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
GOLDEN = Path(__file__).parents[2] / "printer" / "golden"
PAGES = Path(server.__file__).parent / "pages"
LINKS = {
    "links": [
        {"kind": "kiosk", "title": {"vi": "Kiosk lấy số", "en": "Ticket kiosk"}, "url": "/?kiosk"},
        {"kind": "board", "title": {"vi": "Bảng gọi số sảnh tiếp đón tầng 1", "en": "Hall board"}, "url": "/?board"},
        {"kind": "console", "title": {"vi": "Bàn gọi số", "en": "Calling desk"}, "url": "/?console"},
    ],
    "staff": [
        {"login": "dieu-duong", "password": "mau-dieu-duong-2026", "role": "desk"},
        {"login": "tiep-don", "password": "mau-tiep-don-2026", "role": "reception"},
    ],
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[str]:
    """A virtual printer as a process of its own; its control address."""
    command = [
        sys.executable,
        "-m",
        "printer.virtual",
        "--port",
        "0",
        "--control-port",
        "0",
        "--output",
        str(tmp_path / "printer"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    yield f"http://127.0.0.1:{ready['control_port']}"
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def start_url(tmp_path: Path, printer: str) -> Iterator[str]:
    app = FastAPI()
    app.include_router(demo_router(tmp_path / "printer", tmp_path / "speech", printer, LINKS))
    app.mount("/font", StaticFiles(directory=Path(font_manrope.__file__).parent / "files"))
    app.mount("/", StaticFiles(directory=PAGES))
    port = free_port()
    running = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, start_url: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page.set_default_timeout(5000)
    page.goto(start_url)
    page.get_by_role("link", name="Kiosk lấy số").wait_for()
    yield page
    page.close()


def put_slip(folder: Path, name: str, golden: str, at: float) -> None:
    folder.mkdir(exist_ok=True)
    part = folder / f"{name}.part"
    shutil.copy(GOLDEN / golden, part)
    os.utime(part, (at, at))
    part.rename(folder / name)


def test_a_slip_appears_on_the_page_soon_after_it_was_printed(page: Page, tmp_path: Path) -> None:
    page.get_by_text("Chưa có phiếu nào").wait_for()

    put_slip(tmp_path / "printer", "slip-1.png", "ordinary-576.png", 1_000.0)
    page.locator(".slip").wait_for()
    put_slip(tmp_path / "printer", "slip-2.png", "priority-576.png", 2_000.0)

    page.wait_for_function("document.querySelectorAll('.slip').length === 2")
    assert page.locator(".slip").first.get_attribute("href") == "/demo/papers/slip-2.png"
    page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 100)")


def test_a_visitor_empties_the_paper_and_puts_it_back(page: Page, printer: str) -> None:
    page.get_by_role("button", name="Hết giấy", exact=True).click()
    page.locator("[data-state=paper_end][aria-pressed=true]").wait_for()
    assert httpx.get(f"{printer}/state").json()["state"] == "paper_end"

    page.get_by_role("button", name="Bình thường").click()
    page.locator("[data-state=ok][aria-pressed=true]").wait_for()
    assert httpx.get(f"{printer}/state").json()["state"] == "ok"


def test_an_announcement_can_be_played(page: Page, tmp_path: Path) -> None:
    page.get_by_text("Chưa có lời mời nào").wait_for()

    (tmp_path / "speech").mkdir()
    (tmp_path / "speech" / "call-1.wav").write_bytes(b"RIFF")

    page.locator("audio[src='/demo/speech/call-1.wav']").wait_for()


def test_the_page_speaks_english_too(page: Page) -> None:
    page.get_by_role("button", name="English").click()

    page.get_by_role("heading", name="Paper from the printer").wait_for()
    page.get_by_role("link", name="Ticket kiosk").wait_for()
    assert page.locator("td", has_text="Calling desk").is_visible()

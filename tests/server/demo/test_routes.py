"""The start page's routes read two folders and nothing else, and never call a silent printer well."""

import os
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.demo.routes import demo_router

LINKS = {"links": [{"kind": "kiosk", "title": {"vi": "Kiosk", "en": "Kiosk"}, "url": "http://127.0.0.1:1/"}]}


class Control(BaseHTTPRequestHandler):
    """A control port that remembers the state it was told."""

    state = b'{"state": "ok"}'

    def do_GET(self) -> None:
        self._answer(200, type(self).state)

    def do_POST(self) -> None:
        type(self).state = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def control() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Control)
    Control.state = b'{"state": "ok"}'
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def client(folder: Path, control_url: str = "http://127.0.0.1:1") -> TestClient:
    app = FastAPI()
    app.include_router(demo_router(folder / "printer", folder / "speech", control_url, LINKS))
    return TestClient(app)


def write_png(folder: Path, name: str, at: float) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 576, 879))
    os.utime(path, (at, at))
    return path


def test_papers_are_listed_newest_first_with_their_size(tmp_path: Path) -> None:
    write_png(tmp_path / "printer", "slip-1.png", 1_000.0)
    write_png(tmp_path / "printer", "slip-2.png", 2_000.0)

    papers = client(tmp_path).get("/demo/papers").json()

    assert [paper["name"] for paper in papers] == ["slip-2.png", "slip-1.png"]
    assert papers[0] == {"name": "slip-2.png", "at": "1970-01-01T00:33:20+00:00", "width": 576, "height": 879}


def test_a_picture_that_is_still_being_written_is_not_listed(tmp_path: Path) -> None:
    write_png(tmp_path / "printer", "slip-1.png", 1_000.0).write_bytes(b"\x89PNG")

    assert client(tmp_path).get("/demo/papers").json() == []


def test_lists_are_empty_before_anything_was_printed_or_said(tmp_path: Path) -> None:
    start = client(tmp_path)

    assert start.get("/demo/papers").json() == start.get("/demo/speech").json() == []


@pytest.mark.parametrize(
    "name", ["..%2Fsecret.png", "%2e%2e%2fsecret.png", ".hidden.png", "slip.txt", "link.png", "a%00.png", "missing.png"]
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    write_png(tmp_path, "secret.png", 1.0)
    write_png(tmp_path / "printer", ".hidden.png", 1.0)
    (tmp_path / "printer" / "slip.txt").write_text("x")
    (tmp_path / "printer" / "link.png").symlink_to(tmp_path / "secret.png")

    assert client(tmp_path).get(f"/demo/papers/{name}").status_code == 404


def test_a_paper_and_an_announcement_are_served_as_they_are(tmp_path: Path) -> None:
    picture = write_png(tmp_path / "printer", "slip-1.png", 1.0)
    (tmp_path / "speech").mkdir()
    (tmp_path / "speech" / "call.wav").write_bytes(b"RIFF")
    start = client(tmp_path)

    assert start.get("/demo/papers/slip-1.png").content == picture.read_bytes()
    assert start.get("/demo/speech/call.wav").content == b"RIFF"


def test_the_printer_is_told_and_asked(tmp_path: Path, control: str) -> None:
    start = client(tmp_path, control)

    assert start.post("/demo/printer", json={"state": "paper_end"}).json() == {"state": "paper_end"}
    assert start.get("/demo/printer").json() == {"state": "paper_end"}
    assert start.post("/demo/printer", json={"state": "ok"}).json() == {"state": "ok"}
    assert start.get("/demo/printer").json() == {"state": "ok"}


def test_an_unknown_state_does_not_reach_the_printer(tmp_path: Path, control: str) -> None:
    start = client(tmp_path, control)

    assert start.post("/demo/printer", json={"state": "on_fire"}).status_code == 422
    assert start.get("/demo/printer").json() == {"state": "ok"}


def test_a_printer_that_does_not_answer_is_never_called_well(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/demo/printer")

    assert answer.status_code == 502
    assert answer.json()["code"] == "printer_unreachable"


def test_the_control_port_must_be_on_this_machine(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="on this machine"):
        demo_router(tmp_path, tmp_path, "http://192.0.2.1:80", LINKS)


def test_links_are_read_at_each_request(tmp_path: Path) -> None:
    links: dict[str, object] = {"links": []}
    app = FastAPI()
    app.include_router(demo_router(tmp_path, tmp_path, "http://127.0.0.1:1", links))
    start = TestClient(app)
    assert start.get("/demo/links.json").json() == {"links": []}

    links["staff"] = [{"login": "demo"}]

    assert start.get("/demo/links.json").json() == {"links": [], "staff": [{"login": "demo"}]}

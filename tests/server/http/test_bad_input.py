"""Bad input gets a problem document with a stable code, in the reader's language, and nothing changes."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.server.http.bad_requests import BAD, BadRequest
from tests.server.running import Running, post


@pytest.fixture(autouse=True)
def nothing_changes(server: Running) -> Iterator[None]:
    for login in ("desk", "reception", "limited"):
        server.cookie(login)
    head = server.head
    yield
    assert server.head == head


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_request_is_refused_by_code(server: Running, bad: BadRequest) -> None:
    with server.client(bad.role) as client:
        answer = client.request(bad.method, f"/api/v1{bad.path}", content=bad.body, headers=bad.all_headers)
    assert (answer.status_code, problem_of(answer)["code"]) == (bad.status, bad.code)


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/session"])
def test_a_large_body_in_chunks_is_refused_as_large(server: Running, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {**server.bearer("kiosk"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    connection.request("POST", path, body=_chunks(), headers=headers, encode_chunked=True)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    assert (answer.status, body["code"]) == (413, "body_too_large")


def _chunks() -> Iterator[bytes]:
    yield b'{"service":"'
    for _ in range(20):
        yield b"x" * 1024
    yield b'"}'


@pytest.mark.parametrize(
    ("accept", "language", "title"),
    [("en-US,en;q=0.9", "en", "Unknown service"), ("vi-VN", "vi", "dịch vụ"), ("fr,de", "vi", "dịch vụ")],
)
def test_a_refusal_speaks_the_readers_language(kiosk: httpx.Client, accept: str, language: str, title: str) -> None:
    answer = post(kiosk, "/tickets", {"service": "gone"}, **{"Accept-Language": accept})
    assert answer.headers["content-language"] == language
    assert title.lower() in problem_of(answer)["title"].lower()


def test_a_fault_of_the_program_is_a_problem_document_too(
    server: Running, kiosk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fall: Callable[..., Any] = lambda *_: 1 / 0  # noqa: E731 - one line reads better here
    monkeypatch.setattr("server.actions.issue.issue_ticket", fall)
    answer = post(kiosk, "/tickets", {"service": "noi"})
    assert (answer.status_code, problem_of(answer)["code"]) == (500, "server_fault")

"""Who may do what: every route under /api/v1 with every role, a stranger, and a console that needs a person."""

import secrets
from typing import Any

import httpx
import pytest

from server.actions.devices import revoke_device
from server.http.guests import RIGHTS
from tests.server.running import DEVICES, STAFF, Running, post

#: Each route with the right that it asks for; None is open to everybody, or asks for something else than a role.
ROUTES: dict[tuple[str, str], tuple[str | None, Any]] = {
    ("POST", "/api/v1/tickets"): ("tickets.issue", {"service": "gone"}),
    ("GET", "/api/v1/tickets/{ticket}"): ("tickets.read", None),
    ("POST", "/api/v1/tickets/{ticket}/print-outcome"): ("tickets.paper", {"outcome": "confirmed"}),
    ("POST", "/api/v1/tickets/{ticket}/reprint"): ("tickets.reprint", {}),
    ("POST", "/api/v1/rooms/{room}/call-next"): ("rooms.call", {}),
    ("POST", "/api/v1/rooms/{room}/call/{entry}"): ("rooms.call", {}),
    ("POST", "/api/v1/rooms/{room}/call-number"): ("rooms.call", {"number": "Z9"}),
    ("POST", "/api/v1/rooms/{room}/recall"): ("rooms.call", {}),
    ("POST", "/api/v1/rooms/{room}/start"): ("rooms.call", {}),
    ("POST", "/api/v1/rooms/{room}/finish"): ("rooms.call", {}),
    ("POST", "/api/v1/rooms/{room}/no-show"): ("rooms.call", {}),
    ("POST", "/api/v1/rooms/{room}/undo"): ("rooms.call", {}),
    ("POST", "/api/v1/rooms/{room}/hand-calls"): ("rooms.call", {"ticks": []}),
    ("POST", "/api/v1/entries/{entry}/hold"): ("entries.move", {}),
    ("POST", "/api/v1/entries/{entry}/release"): ("entries.move", {}),
    ("POST", "/api/v1/entries/{entry}/defer"): ("entries.move", {}),
    ("POST", "/api/v1/entries/{entry}/transfer"): ("entries.move", {"queue": "nhi"}),
    ("POST", "/api/v1/entries/{entry}/return"): ("entries.return", {}),
    ("POST", "/api/v1/entries/{entry}/leave"): ("entries.move", {}),
    ("POST", "/api/v1/entries/{entry}/cancel"): ("entries.move", {}),
    ("POST", "/api/v1/entries/{entry}/class"): ("entries.class", {"class": "normal"}),
    ("GET", "/api/v1/services"): ("queues.read", None),
    ("GET", "/api/v1/queues"): ("queues.read", None),
    ("GET", "/api/v1/queues/{queue}/entries"): ("queues.read", None),
    ("GET", "/api/v1/devices"): ("devices.read", None),
    ("POST", "/api/v1/devices/self/status"): ("devices.report", {"trouble": None}),
    ("POST", "/api/v1/scans"): ("scans.read", {"scan": "hello"}),
    ("GET", "/api/v1/hospital"): (None, None),
    ("GET", "/api/v1/t/{token}"): (None, None),
    ("GET", "/api/v1/live/state"): (None, None),
    ("POST", "/api/v1/session"): (None, None),
    ("GET", "/api/v1/session"): (None, None),
    ("DELETE", "/api/v1/session"): (None, None),
}
GUARDED = [(method, path, right, body) for (method, path), (right, body) in ROUTES.items() if right is not None]
PLACES = {"{ticket}": "999", "{entry}": "999", "{room}": "p1", "{queue}": "noi"}


def ask(client: httpx.Client, method: str, path: str, body: Any) -> httpx.Response:
    for place, value in PLACES.items():
        path = path.replace(place, value)
    return client.request(method, path, json=body, headers={"Idempotency-Key": secrets.token_hex(8)})


def test_every_route_is_in_the_table(stranger: httpx.Client) -> None:
    document = stranger.get("/api/v1/openapi.json").json()
    found = {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/v1")
    }
    assert found == set(ROUTES)


def test_every_right_but_that_of_the_metrics_guards_a_route() -> None:
    assert {right for _, _, right, _ in GUARDED} == set(RIGHTS) - {"metrics.read"}


@pytest.mark.parametrize("role", [*DEVICES, *STAFF])
def test_a_role_may_do_what_its_rights_list_and_nothing_else(server: Running, role: str) -> None:
    with server.client(role) as client:
        for method, path, right, body in GUARDED:
            answer = ask(client, method, path, body)
            is_refused = answer.status_code == 403 and answer.json()["code"] == "not_allowed"
            assert is_refused == (role not in RIGHTS[right]), (method, path, answer.text)
            assert answer.status_code != 401, (method, path)


def test_a_stranger_may_do_nothing_that_is_guarded(stranger: httpx.Client) -> None:
    for method, path, _, body in GUARDED:
        assert ask(stranger, method, path, body).status_code == 401, (method, path)


def test_a_console_that_needs_a_person_may_do_nothing_by_itself(server: Running) -> None:
    with server.client("attended") as client:
        for method, path, _, body in GUARDED:
            assert ask(client, method, path, body).status_code == 403, (method, path)


def test_the_openings_for_everybody_tell_of_nobody(stranger: httpx.Client) -> None:
    assert stranger.get("/api/v1/hospital").status_code == 200
    assert stranger.get("/api/v1/session").status_code == 401


def test_a_revoked_device_is_a_stranger_at_once(server: Running) -> None:
    with server.client("second-kiosk") as client:
        assert client.get("/api/v1/services").status_code == 200
        server.run(lambda tx: revoke_device(tx, server.device("second-kiosk")))
        assert client.get("/api/v1/services").status_code == 401


@pytest.mark.parametrize(("service", "status"), [("noi", 200), ("nhi", 403)])
def test_an_account_for_certain_rooms_moves_only_who_waits_there(server: Running, service: str, status: int) -> None:
    with server.client("kiosk") as kiosk, server.client("limited") as limited, server.client("console") as console:
        ticket = post(kiosk, "/tickets", {"service": service}).json()
        entry = console.get(f"/api/v1/tickets/{ticket['id']}").json()["entries"][0]["id"]
        assert post(limited, f"/entries/{entry}/hold").status_code == status

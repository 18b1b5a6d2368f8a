"""Direct routes keep the rules of the signature that FastAPI documents."""

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.testclient import TestClient

from server.http.problems import from_refusal, from_validation
from server.http.routing import DirectRoute, Shortcut
from server.rules.refusals import NobodyWaiting

router = APIRouter(route_class=DirectRoute)
JSON = {"Content-Type": "application/json"}


class Wish(BaseModel):
    service: str


@router.post("/wishes")
async def wish(request: Request, body: Wish) -> Response:
    return JSONResponse({"service": body.service})


@router.post("/rooms/{room}/{entry}")
async def call(
    request: Request,
    room: Annotated[str, Path(max_length=3)],
    entry: Annotated[int, Path(ge=0)],
    body: Wish | None = None,
) -> Response:
    return JSONResponse({"room": room, "entry": entry, "service": body and body.service})


@router.post("/refused")
async def refused(request: Request) -> Response:
    raise NobodyWaiting(room="p1")


@router.get("/asked")
async def asked(request: Request, limit: Annotated[int, Query(ge=1)]) -> Response:
    return JSONResponse({"limit": limit})


@pytest.fixture(params=["routed", "shortcut"])
def client(request: pytest.FixtureRequest) -> TestClient:
    """The same routes behind the router, and past it."""
    app = FastAPI()
    app.router.routes.extend(router.routes)
    app.add_exception_handler(NobodyWaiting, from_refusal)  # type: ignore[arg-type] # the handler's own class
    app.add_exception_handler(RequestValidationError, from_validation)  # type: ignore[arg-type] # as above
    if request.param == "shortcut":
        app.add_middleware(Shortcut, routes=router.routes)
    return TestClient(app)


def code_and_field(response: Any) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["code"], body["field"]


def test_a_body_is_read(client: TestClient) -> None:
    assert client.post("/wishes", json={"service": "noi"}).json() == {"service": "noi"}


def test_a_body_that_may_be_left_out_is_none(client: TestClient) -> None:
    assert client.post("/rooms/p1/7").json() == {"room": "p1", "entry": 7, "service": None}


def test_a_body_that_is_missing_is_malformed(client: TestClient) -> None:
    assert code_and_field(client.post("/wishes")) == (400, "body_malformed", "body")


def test_broken_json_is_malformed(client: TestClient) -> None:
    assert code_and_field(client.post("/wishes", content=b"{bad", headers=JSON)) == (400, "body_malformed", "body")


def test_json_that_does_not_say_so_is_malformed(client: TestClient) -> None:
    answer = client.post("/wishes", content=b'{"service":"noi"}', headers={"Content-Type": "text/plain"})
    assert code_and_field(answer) == (400, "body_malformed", "body")


def test_a_wrong_field_is_named(client: TestClient) -> None:
    assert code_and_field(client.post("/wishes", json={"service": 7})) == (400, "body_malformed", "service")


@pytest.mark.parametrize(
    ("path", "field"), [("/rooms/p1/x", "entry"), ("/rooms/p1/-1", "entry"), ("/rooms/p123/1", "room")]
)
def test_a_part_of_the_path_outside_its_limits_is_named(client: TestClient, path: str, field: str) -> None:
    assert code_and_field(client.post(path)) == (400, "body_malformed", field)


def test_a_refusal_is_a_problem(client: TestClient) -> None:
    answer = client.post("/refused")
    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_waiting")


def test_a_method_that_a_path_does_not_have_is_405(client: TestClient) -> None:
    assert client.get("/wishes").status_code == 405


def test_a_signature_with_anything_else_stays_with_the_framework(client: TestClient) -> None:
    assert client.get("/asked?limit=3").json() == {"limit": 3}


def test_the_body_is_documented(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert "requestBody" in paths["/wishes"]["post"]

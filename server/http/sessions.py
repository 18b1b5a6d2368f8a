"""Signing in and out. Hashing runs in a thread, so that it never stalls a call; guesses are counted per login."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pwdlib import PasswordHash

from server import clock
from server.actions import staff
from server.http.bodies import SignInBody
from server.http.guests import COOKIE, COOKIE_LOOPBACK, check_origin, hashed, is_loopback, is_secure, session_identity
from server.http.house import house_of
from server.records.transaction import Actor
from server.rules.refusals import NeedsHttps, NotSignedIn, TooManyTries, WrongPassword

router = APIRouter(prefix="/api/v1/session", tags=["session"])
TRIES_MAX: Final = 10
TRIES_WITHIN_S: Final = 300.0
LOGINS_MAX: Final = 2_000


class Tries:
    """Failed sign-ins per login, bounded; a success forgets them."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, login: str) -> None:
        """
        Pass while *login* may be tried.

        Raises:
            TooManyTries: Ten failures within five minutes.
        """
        recent = self._failed.get(login, deque())
        while recent and clock.monotonic() - recent[0] > TRIES_WITHIN_S:
            recent.popleft()
        if len(recent) >= TRIES_MAX:
            raise TooManyTries(minutes=int(TRIES_WITHIN_S // 60))

    def failed(self, login: str) -> None:
        self._failed.setdefault(login, deque(maxlen=TRIES_MAX)).append(clock.monotonic())
        self._failed.move_to_end(login)
        while len(self._failed) > LOGINS_MAX:
            self._failed.popitem(last=False)

    def succeeded(self, login: str) -> None:
        self._failed.pop(login, None)


hasher: Final = PasswordHash.recommended()
#: Compared where the login is unknown, so that an unknown login takes as long as a wrong password.
_NOBODY: Final[list[str]] = []


async def _is_right(password: str, password_hash: str | None) -> bool:
    if password_hash is None:
        if not _NOBODY:
            _NOBODY.append(await asyncio.to_thread(hasher.hash, "nobody"))
        await asyncio.to_thread(hasher.verify, password, _NOBODY[0])
        return False
    return await asyncio.to_thread(hasher.verify, password, password_hash)


@router.post("", summary="Sign in")
async def sign_in(request: Request, body: SignInBody) -> JSONResponse:
    """A cookie for this browser; over plain http only on the machine itself."""
    house = house_of(request)
    check_origin(request)
    if not is_secure(request) and not is_loopback(request):
        raise NeedsHttps(host=request.url.hostname or "")
    tries: Tries = request.app.state.tries
    login = body.login.strip().lower()
    tries.check(login)
    row = await asyncio.to_thread(lambda: staff.find_staff(house.reader.rows(), login))
    if not await _is_right(body.password, row["password_hash"] if row else None) or row is None:
        tries.failed(login)
        raise WrongPassword()
    tries.succeeded(login)
    token = staff.new_token()
    actor = Actor("staff", row["id"], row["role"])
    hours = house.settings.session_hours
    await house.writer.run(lambda tx: staff.begin_session(tx, row["id"], hashed(token), hours), actor)
    response = JSONResponse({"login": login, "role": row["role"]})
    response.set_cookie(
        COOKIE if is_secure(request) else COOKIE_LOOPBACK,
        token,
        max_age=hours * 3600,
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )
    return response


@router.get("", summary="Who is signed in")
def who(request: Request) -> JSONResponse:
    house = house_of(request)
    actor = house.guests.find(request)
    if actor is None or actor.kind != "staff":
        raise NotSignedIn()
    row = house.reader.rows().one("SELECT login FROM staff WHERE id = :id", id=actor.id)
    rooms = None if actor.rooms is None else sorted(actor.rooms)
    return JSONResponse({"login": row["login"] if row else "", "role": actor.role, "rooms": rooms})


@router.delete("", status_code=204, summary="Sign out")
async def sign_out(request: Request) -> Response:
    house = house_of(request)
    actor = house.guests.find(request)
    cookie = request.cookies.get(COOKIE) or request.cookies.get(COOKIE_LOOPBACK)
    if actor is None or cookie is None:
        raise NotSignedIn()
    await house.writer.run(lambda tx: staff.end_session(tx, hashed(cookie)), actor)
    house.hub.revoke(session_identity(cookie))
    response = Response(status_code=204)
    for name in (COOKIE, COOKIE_LOOPBACK):
        response.delete_cookie(name, secure=name == COOKIE, httponly=True, samesite="strict")
    return response

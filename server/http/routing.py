"""
Routes without FastAPI's dependency machinery, for what is asked all day: issuing, calling, moving.

FastAPI still documents them and keeps their rules (the body's model, the path's limits); reading them is done here by
pydantic alone, which costs a third. A route with anything else in its signature stays FastAPI's own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Sequence
from types import UnionType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from server.http.problems import from_refusal, from_validation
from server.rules.refusals import Refusal

Endpoint = Callable[..., Coroutine[Any, Any, Response]]
NOT_JSON: Final = {"type": "json_type", "loc": ("body",), "msg": "not JSON by its content type", "input": None}
MISSING: Final = {"type": "missing", "loc": ("body",), "msg": "the body is missing", "input": None}


class DirectRoute(APIRoute):
    """A route whose coroutine takes the request, parts of the path and at most one body, and returns its response."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._path_types: dict[str, TypeAdapter[Any]] = {}
        self._body: tuple[str, TypeAdapter[Any], bool] | None = None
        self.is_direct = self._note(endpoint)
        if self.is_direct:
            self.app = self.serve

    def _note(self, endpoint: Endpoint) -> bool:
        """Note how each parameter is read; False where one is none of ours."""
        hints = get_type_hints(endpoint, include_extras=True)
        for name, parameter in inspect.signature(endpoint).parameters.items():
            hint = hints[name]
            if name in self.param_convertors:
                self._path_types[name] = TypeAdapter(hint)
            elif _is_body(hint):
                self._body = (name, TypeAdapter(hint), parameter.default is inspect.Parameter.empty)
            elif hint is not Request or name != "request":
                return False
        return inspect.iscoroutinefunction(endpoint)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        values: dict[str, Any] = {}
        for name, kind in self._path_types.items():
            values[name] = _checked(kind.validate_python, scope["path_params"][name], "path", name)
        if self._body is not None:
            name, kind, is_required = self._body
            values[name] = _read(request, await request.body(), kind, is_required)
        response = await self.endpoint(request, **values)
        await response(scope, receive, send)


class Shortcut:
    """
    ASGI middleware: a request for a path without parts goes straight to its direct route.

    Args:
        app: Whatever else is asked.
        routes: Where direct routes are looked for.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._served = {
            (method, route.path): route.serve
            for route in routes
            if isinstance(route, DirectRoute) and route.is_direct and not route.param_convertors
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        serve = self._served.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if serve is None:
            await self._app(scope, receive, send)
            return
        scope["path_params"] = {}
        try:
            await serve(scope, receive, send)
        except Refusal as refusal:
            await from_refusal(Request(scope), refusal)(scope, receive, send)
        except RequestValidationError as error:
            await from_validation(Request(scope), error)(scope, receive, send)


def _is_body(hint: Any) -> bool:
    if get_origin(hint) is UnionType:
        return any(_is_body(part) for part in get_args(hint))
    if get_origin(hint) is Annotated:
        return False
    return inspect.isclass(hint) and issubclass(hint, BaseModel)


def _read(request: Request, text: bytes, kind: TypeAdapter[Any], is_required: bool) -> Any:
    if not text:
        if is_required:
            raise RequestValidationError([MISSING])
        return None
    if "json" not in request.headers.get("content-type", ""):
        raise RequestValidationError([NOT_JSON])
    return _checked(kind.validate_json, text, "body")


def _checked(validate: Callable[[Any], Any], value: Any, *place: str) -> Any:
    try:
        return validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        raise RequestValidationError([{**item, "loc": (*place, *item["loc"])} for item in found]) from error

"""
Routes without FastAPI's dependency machinery, for what is asked all day: issuing, calling, moving.

FastAPI still documents them and keeps their rules (the body's model, the path's limits); reading them is done here by
pydantic alone, which costs a third. A route with anything else in its signature stays FastAPI's own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from types import UnionType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.types import Receive, Scope, Send

Endpoint = Callable[..., Coroutine[Any, Any, Response]]
NOT_JSON: Final = {"type": "json_type", "loc": ("body",), "msg": "not JSON by its content type", "input": None}
MISSING: Final = {"type": "missing", "loc": ("body",), "msg": "the body is missing", "input": None}


class DirectRoute(APIRoute):
    """A route whose coroutine takes the request, parts of the path and at most one body, and returns its response."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._path_types: dict[str, TypeAdapter[Any]] = {}
        self._body: tuple[str, TypeAdapter[Any], bool] | None = None
        if self._is_direct(endpoint):
            self.app = self._serve

    def _is_direct(self, endpoint: Endpoint) -> bool:
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

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        values: dict[str, Any] = {}
        for name, kind in self._path_types.items():
            values[name] = _checked(kind.validate_python, scope["path_params"][name], "path", name)
        if self._body is not None:
            name, kind, is_required = self._body
            values[name] = _read(request, await request.body(), kind, is_required)
        response = await self.endpoint(request, **values)
        await response(scope, receive, send)


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

"""The live protocol's upward messages, checked; downward ones are built where they are sent (`hub`)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

PROTOCOL: Final = 1
HEARTBEAT_S: Final = 2
DEAD_AFTER_S: Final = 6
UP_BYTES_MAX: Final = 64 * 1024
TOPICS_MAX: Final = 40

CLOSE_MALFORMED: Final = 4000
CLOSE_REVOKED: Final = 4001
CLOSE_NO_HELLO: Final = 4002
CLOSE_TOPIC: Final = 4003
CLOSE_SECOND_HELLO: Final = 4004
CLOSE_SILENT: Final = 4005
CLOSE_SLOW: Final = 4008

Topic = Annotated[str, Field(max_length=120, pattern=r"^(devices|(area|room|queue|ticket):[A-Za-z0-9_.-]{1,100})$")]


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Hello(_Message):
    t: Literal["hello"]
    proto: list[int]
    epoch: str | None = None
    seq: int | None = None
    topics: list[Topic] = Field(min_length=1, max_length=TOPICS_MAX)


class Position(_Message):
    t: Literal["position"]
    seq: int


class Announced(_Message):
    t: Literal["announced"]
    id: str = Field(max_length=64)
    state: Literal["started", "done", "failed"]
    error: str | None = Field(default=None, max_length=80)


class Unknown(_Message):
    """A `t` of a later protocol: ignored."""

    t: str


Upward = Hello | Position | Announced | Unknown
_KNOWN: TypeAdapter[Hello | Position | Announced] = TypeAdapter(
    Annotated[Hello | Position | Announced, Field(discriminator="t")]
)


class MalformedError(ValueError):
    """Not a message of the protocol."""


def read(text: str) -> Upward:
    """
    Read one upward frame.

    Raises:
        MalformedError: Too large, not JSON, or a known message with wrong fields.
    """
    if len(text.encode()) > UP_BYTES_MAX:
        raise MalformedError("too large")
    try:
        return _KNOWN.validate_json(text)
    except ValidationError as error:
        if error.errors()[0]["type"] == "union_tag_invalid":
            tag: Any = error.errors()[0].get("ctx", {}).get("tag", "")
            return Unknown(t=str(tag))
        raise MalformedError(str(error.errors()[0]["type"])) from error

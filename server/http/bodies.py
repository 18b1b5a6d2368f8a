"""The requests' bodies. Unknown fields are refused: a typing mistake must not be taken for a default."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Code = Annotated[str, Field(min_length=1, max_length=40)]
#: What goes into the log beside ids: a code, never prose, which could hold a name.
Reason = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
Id = Annotated[str, Field(pattern=r"^\d{1,18}$")]
Previous = Literal["finish", "missed"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class IssueBody(Body):
    service: Code
    priority_class: Code = Field(default="normal", alias="class")
    language: Annotated[str, Field(min_length=2, max_length=8)] = "vi"
    class_reason: Reason | None = None
    person: dict[str, Any] | None = None
    appointment: Code | None = None
    print_at: Id | None = None


class PaperBody(Body):
    outcome: Literal["confirmed", "failed", "unknown"]
    detail: Reason | None = None


class ReprintBody(Body):
    device: Id | None = None


class CallNextBody(Body):
    previous: Previous | None = None


class CallBody(Body):
    reason: Code | None = None
    previous: Previous | None = None


class CallNumberBody(CallBody):
    number: Annotated[str, Field(min_length=1, max_length=20)]


class FinishBody(Body):
    next: Annotated[list[Any], Field(max_length=20)] | None = None


class Tick(Body):
    entry: Id
    at: AwareDatetime


class TicksBody(Body):
    ticks: Annotated[list[Tick], Field(max_length=500)]


class DeferBody(Body):
    by: Annotated[int, Field(ge=1, le=100)] = 5


class TransferBody(Body):
    queue: Code


class ClassBody(Body):
    priority_class: Code = Field(alias="class")
    reason: Reason | None = None


class TroubleBody(Body):
    trouble: Code | None


class SignInBody(Body):
    login: Annotated[str, Field(min_length=1, max_length=80)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class EmptyBody(Body):
    pass

"""
Everything that Lượt refuses, by stable code.

A refusal carries facts and no prose: the words come from the locale files (`refusals.*.json`) by code, the HTTP status
from one table in `server.http.problems`; a test proves that neither lacks a code.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - "refusal" is the house's word for an answer that is no fault of the program
    """Something that may not happen now; *facts* fill the sentence that the reader sees."""

    code: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class NobodyWaiting(Refusal):
    code = "nobody_waiting"


class RoomBusy(Refusal):
    code = "room_busy"


class RoomIdle(Refusal):
    code = "room_idle"


class IllegalMove(Refusal):
    code = "illegal_move"


class Elsewhere(Refusal):
    code = "elsewhere"


class AmbiguousNumber(Refusal):
    code = "ambiguous_number"


class NumberNotWaiting(Refusal):
    code = "number_not_waiting"


class ReasonMissing(Refusal):
    code = "reason_missing"


class ReasonUnknown(Refusal):
    code = "reason_unknown"


class ServiceUnknown(Refusal):
    code = "service_unknown"


class ServiceClosed(Refusal):
    code = "service_closed"


class RoomUnknown(Refusal):
    code = "room_unknown"


class QueueUnknown(Refusal):
    code = "queue_unknown"


class EntryUnknown(Refusal):
    code = "entry_unknown"


class TicketUnknown(Refusal):
    code = "ticket_unknown"


class DeviceUnknown(Refusal):
    code = "device_unknown"


class PlaceUnknown(Refusal):
    code = "place_unknown"


class NameTaken(Refusal):
    code = "name_taken"


class ClassUnknown(Refusal):
    code = "class_unknown"


class ClassNotAllowed(Refusal):
    code = "class_not_allowed"


class NothingToUndo(Refusal):
    code = "nothing_to_undo"


class SeriesFull(Refusal):
    code = "series_full"


class KeyMissing(Refusal):
    code = "key_missing"


class KeyReused(Refusal):
    code = "key_reused"


class BodyMalformed(Refusal):
    code = "body_malformed"


class BodyTooLarge(Refusal):
    code = "body_too_large"


class NotSignedIn(Refusal):
    code = "not_signed_in"


class WrongPassword(Refusal):
    code = "wrong_password"


class NotAllowed(Refusal):
    code = "not_allowed"


class ForeignOrigin(Refusal):
    code = "foreign_origin"


class NeedsHttps(Refusal):
    code = "needs_https"


class NotFound(Refusal):
    code = "not_found"


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"


class TooManyTries(Refusal):
    code = "too_many_tries"


class Busy(Refusal):
    code = "busy"


class NotACard(Refusal):
    code = "not_a_card"


class BirthInFuture(Refusal):
    code = "birth_in_future"


class VneidOpaque(Refusal):
    code = "vneid_opaque"


def all_refusals() -> list[type[Refusal]]:
    """Each refusal once, for the tests that look for its words and its status."""
    return list(Refusal.__subclasses__())

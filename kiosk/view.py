"""PURE. What the page may know of a tap: where it stands, in the words that the page shows."""

from collections.abc import Mapping
from typing import Any

from kiosk.journal import Order
from kiosk.sentences import Sentences

SHOWN_OF_SLIP = ("service", "ahead", "wait", "where", "class_mark", "class_note")


def show(order: Order, sentences: Sentences) -> dict[str, Any]:
    """
    ``{"key", "state", …}`` where state is ``waiting``; ``issued``, ``printing``, ``printed`` with ``number``;
    ``paper_trouble`` with ``number`` and ``trouble`` (a printer's code; ``no_answer`` = it may have printed); or
    ``refused`` with ``code`` and ``sentence``.
    """
    shown: dict[str, Any] = {"key": order.key, "state": _state(order)}
    if order.ticket is not None:
        slip: Mapping[str, Any] = order.ticket["slip"]
        shown["number"] = order.ticket.get("number", slip.get("number"))
        shown |= {name: slip.get(name) for name in SHOWN_OF_SLIP}
    if shown["state"] == "paper_trouble":
        shown["trouble"] = order.detail or "error"
    if order.problem is not None:
        language = str(order.wish.get("language", "vi"))
        code = str(order.problem["code"])
        shown["code"] = code
        shown["sentence"] = (
            sentences.find(code, language) or order.problem.get("detail") or sentences.say(code, language)
        )
    return shown


def _state(order: Order) -> str:
    match order.step:
        case "taken":
            return "waiting"
        case "issued" | "printing" | "refused":
            return order.step
        case _:
            # A printer that cannot answer took everything it was given.
            is_well = order.outcome == "confirmed" or order.detail == "one_way"
            return "printed" if is_well else "paper_trouble"

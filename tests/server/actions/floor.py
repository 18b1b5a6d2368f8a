"""A hall's floor in words: numbers are issued, rooms act, and where everybody is can be asked."""

from typing import Any

from server.actions import call, issue, journey
from server.actions.undo import undo
from server.records.transaction import Actor
from server.records.writer import Writer
from tests.server.small_hospital import Clock

NURSE = Actor("staff", 1, "desk")


class Floor:
    def __init__(self, writer: Writer, clock: Clock) -> None:
        self.writer, self.clock = writer, clock

    def issue(self, service: str = "noi", priority_class: str = "normal") -> str:
        """A new number; time passes, so that orders are certain."""
        self.clock.pass_s(10)
        asked = issue.IssueRequest(service, priority_class)
        return str(self.writer.run_now(lambda tx: issue.issue_ticket(tx, asked), NURSE)["number"])

    def act(self, action: Any) -> Any:
        self.clock.pass_s(10)
        return self.writer.run_now(action, NURSE)

    def next(self, room: str, previous: str | None = None) -> str:
        """The number called."""
        return str(self.act(lambda tx: call.call_next(tx, room, previous))["call"]["number"])

    def choose(self, room: str, entry: int, reason: str | None = None, previous: str | None = None) -> str:
        return str(self.act(lambda tx: call.call_chosen(tx, room, entry, reason, previous))["call"]["number"])

    def finish(self, room: str, onward: list[Any] | None = None) -> None:
        self.act(lambda tx: call.finish(tx, room, onward))

    def hold(self, entry: int) -> None:
        self.act(lambda tx: journey.hold(tx, entry))

    def undo(self, room: str) -> None:
        self.act(lambda tx: undo(tx, room))

    def entry(self, number: str, queue: str) -> int:
        """The newest place of *number* in *queue*."""
        return int(self._newest(number, queue)["id"])

    def state(self, number: str, queue: str) -> str:
        return str(self._newest(number, queue)["state"])

    def ticket_state(self, number: str) -> str:
        return str(self._all("SELECT state FROM ticket WHERE label = :number", number=number)[0]["state"])

    def _newest(self, number: str, queue: str) -> dict[str, Any]:
        sql = "SELECT * FROM entry WHERE label = :number AND queue = :queue ORDER BY id DESC"
        return self._all(sql, number=number, queue=queue)[0]

    def _all(self, sql: str, **values: object) -> list[dict[str, Any]]:
        rows = self.writer.database.open_rows()
        found = rows.all(sql, **values)
        rows.close()
        return found

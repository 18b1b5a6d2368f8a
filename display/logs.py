"""The agent's log: one JSON object a line on standard error. Ids and codes only; nothing of a patient."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from server import clock


def start_log() -> None:
    """Set structlog up for this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _stamp,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def _stamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {"at": clock.now().isoformat(timespec="milliseconds"), **event}

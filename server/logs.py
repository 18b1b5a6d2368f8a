"""Log lines: events with fields, readable in a terminal or as JSON for a collector; ids, never names."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up_logs(form: str) -> None:
    """
    Configure structlog for this process.

    Args:
        form: ``console`` or ``json``.
    """
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info if form == "json" else structlog.processors.StackInfoRenderer(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Asked for at each line: whoever puts another stream in place of standard error gets what follows.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )

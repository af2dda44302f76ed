"""Log lines as JSON on standard output: ids and names of things that happened, never what people wrote."""

import logging
import sys
from typing import Any

import structlog

_FRAMES = 8


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The log of a module: `log.info("message_accepted", message=12)`."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name, module=name)
    return bound


def write_log_lines(level: int = logging.INFO) -> None:
    """Called once by a process that serves: our lines and those of libraries come in one form."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_LibraryLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def where(fault: BaseException) -> str:
    """Class and place of a fault, innermost first; never its text, which may hold what a person wrote."""
    frames = []
    trace = fault.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " < ".join([type(fault).__name__, *reversed(frames[-_FRAMES:])])


class _LibraryLine(logging.Formatter):
    """A library's line: who, how bad, a fault's class and place; its text may hold what a person wrote."""

    _render = structlog.processors.JSONRenderer()
    _stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"event": "library", "module": record.name, "level": record.levelname.lower()}
        line["place"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = where(record.exc_info[1])
        return str(self._render(None, "", self._stamp(None, "", line)))

"""A log line says that something happened, never what somebody wrote."""

import ast

from tests.house.tree import Source, dotted, program, told

LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical", "fatal", "log", "msg"}
LOGGERS = {"log", "_log", "logger", "_logger", "logging", "LOG"}
# What may stand in a log line: ids of rows, kinds, classes of faults, counts. None of them is personal.
ALLOWED = {
    *("account_id", "booking_id", "client_id", "desk_id", "event_id", "flag_id", "notice_id", "outbound_id"),
    # Number and hash of the newest entry of the reading log.
    "head",
    *("session_id", "slot_id", "request_id", "topic", "job", "kind", "state", "outcome", "purpose", "way"),
    *(
        "fault",
        "status",
        "count",
        "attempts",
        "seconds",
        "milliseconds",
        "process",
        "version",
        "port",
        "path",
    ),
}


def _log_calls(source: Source) -> list[ast.Call]:
    return [
        call
        for call in source.calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LOG_CALLS
        and dotted(call.func.value).split(".")[-1] in LOGGERS
    ]


def test_a_log_line_is_a_fixed_sentence() -> None:
    places = [
        source.at(call)
        for source in program()
        for call in _log_calls(source)
        if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant)
    ]
    assert not places, told(
        "write a fixed sentence and hand ids over as keywords; a made-up one may carry a message", places
    )


def test_a_log_line_carries_only_what_is_not_personal() -> None:
    places = [
        f"{source.at(call)} {keyword.arg or '**'}"
        for source in program()
        for call in _log_calls(source)
        for keyword in call.keywords
        if keyword.arg not in ALLOWED
    ]
    assert not places, told(
        "log an id, a kind or a count of ALLOWED; add a word there only if it can hold nothing personal",
        places,
    )


def test_no_traceback_is_logged_since_it_may_quote_a_message() -> None:
    places = [
        source.at(call)
        for source in program()
        for call in _log_calls(source)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "exception"
    ]
    assert not places, told("log the class of the fault: fault=type(fault).__name__", places)

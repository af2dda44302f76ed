"""Limits of actions: what a button, a quick reply or an area of a rich menu does."""

from datetime import datetime
from typing import Literal

from simulator.limits.problems import Problems, is_uri, join
from simulator.wire import Json

ActionPlace = Literal["template", "image_carousel", "quick_reply", "rich_menu", "flex", "tap"]

# LINE's reference, "Action objects": label in grapheme clusters.
LABELS: dict[ActionPlace, int] = {
    "template": 20,
    "image_carousel": 12,
    "quick_reply": 20,
    "rich_menu": 20,
    "flex": 40,
    "tap": 40,
}
# A rich menu's label is read out only; a picture or box that can be tapped shows none.
LABEL_OPTIONAL: tuple[ActionPlace, ...] = ("rich_menu", "image_carousel", "tap")
ANYWHERE = ("postback", "message", "uri", "datetimepicker", "clipboard")
QUICK_REPLY_ONLY = ("camera", "cameraRoll", "location")
DATA_LENGTH = 300
TEXT_LENGTH = 300
URI_LENGTH = 1000
CLIPBOARD_LENGTH = 1000
ALIAS_LENGTH = 32
FORMATS = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%dT%H:%M"}


def check_action(problems: Problems, action: object, where: str, place: ActionPlace) -> None:
    """Check one action where it stands."""
    if not isinstance(action, dict):
        problems.add(where, "May not be empty")
        return
    kind = problems.one_of(action, "type", where, _kinds(place), required=True)
    optional = place in LABEL_OPTIONAL
    problems.text(action, "label", where, limit=LABELS[place], unit="grapheme", required=not optional)
    check = CHECKS.get(kind)
    if check is not None:
        check(problems, action, where)


def _kinds(place: ActionPlace) -> tuple[str, ...]:
    if place == "quick_reply":
        return ANYWHERE + QUICK_REPLY_ONLY
    return (*ANYWHERE, "richmenuswitch") if place == "rich_menu" else ANYWHERE


def _postback(problems: Problems, action: Json, where: str) -> None:
    problems.text(action, "data", where, limit=DATA_LENGTH, unit="utf16")
    for key in ("displayText", "text", "fillInText"):
        problems.text(action, key, where, limit=TEXT_LENGTH, unit="grapheme", required=False)
    if action.get("displayText") and action.get("text"):
        problems.add(join(where, "displayText"), "displayText and text cannot be used at the same time")
    options = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")
    option = problems.one_of(action, "inputOption", where, options)
    if action.get("fillInText") and option != "openKeyboard":
        problems.add(join(where, "fillInText"), "fillInText needs the inputOption openKeyboard")


def _message(problems: Problems, action: Json, where: str) -> None:
    problems.text(action, "text", where, limit=TEXT_LENGTH, unit="grapheme")


def _uri(problems: Problems, action: Json, where: str) -> None:
    uri = problems.text(action, "uri", where, limit=URI_LENGTH, unit="utf16")
    if uri and not is_uri(uri, ("http", "https", "line", "tel")):
        problems.add(join(where, "uri"), "invalid uri scheme")


def _clipboard(problems: Problems, action: Json, where: str) -> None:
    problems.text(action, "clipboardText", where, limit=CLIPBOARD_LENGTH, unit="utf16")


def _switch(problems: Problems, action: Json, where: str) -> None:
    problems.text(action, "richMenuAliasId", where, limit=ALIAS_LENGTH, unit="utf16")
    problems.text(action, "data", where, limit=DATA_LENGTH, unit="utf16")


def _picker(problems: Problems, action: Json, where: str) -> None:
    problems.text(action, "data", where, limit=DATA_LENGTH, unit="utf16")
    mode = problems.one_of(action, "mode", where, tuple(FORMATS), required=True)
    if not mode:
        return
    times = {key: _moment(problems, action, key, where, mode) for key in ("min", "initial", "max")}
    given = [moment for moment in times.values() if moment is not None]
    if given != sorted(given) or (times["min"] and times["min"] == times["max"]):
        problems.add(where, "min, initial and max must be in this order")


def _moment(problems: Problems, action: Json, key: str, where: str, mode: str) -> datetime | None:
    value = action.get(key)
    if value is None:
        return None
    try:
        moment = datetime.strptime(str(value).replace("t", "T"), FORMATS[mode])
    except ValueError:
        problems.add(join(where, key), f"Must have the form of {mode}")
        return None
    if mode != "time" and not 1900 <= moment.year <= 2100:
        problems.add(join(where, key), "Must be between 1900-01-01 and 2100-12-31")
    return moment


CHECKS = {
    "postback": _postback,
    "message": _message,
    "uri": _uri,
    "clipboard": _clipboard,
    "richmenuswitch": _switch,
    "datetimepicker": _picker,
}

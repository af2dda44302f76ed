"""Limits of template messages: buttons, confirm, carousel and image carousel."""

from simulator.limits.actions import check_action
from simulator.limits.problems import Problems, join
from simulator.wire import Json

# LINE's reference, "Template messages": lengths in grapheme clusters.
TITLE = 40
BUTTONS_TEXT = 160
CAROUSEL_TEXT = 120
TEXT_BESIDE_IMAGE_OR_TITLE = 60
CONFIRM_TEXT = 240
BUTTONS = 4
CONFIRM_BUTTONS = 2
COLUMNS = 10
COLUMN_BUTTONS = 3


def check_template(problems: Problems, message: Json, where: str) -> None:
    """Check the template of a message."""
    template = problems.object(message, "template", where)
    if template is None:
        return
    at = join(where, "template")
    kind = problems.one_of(template, "type", at, tuple(CHECKS), required=True)
    if kind:
        CHECKS[kind](problems, template, at)


def _buttons(problems: Problems, template: Json, where: str) -> None:
    _check_card(problems, template, where, BUTTONS_TEXT)
    problems.one_of(template, "imageAspectRatio", where, ("rectangle", "square"))
    problems.one_of(template, "imageSize", where, ("cover", "contain"))
    _check_actions(problems, template, where, low=1, high=BUTTONS)


def _confirm(problems: Problems, template: Json, where: str) -> None:
    problems.text(template, "text", where, limit=CONFIRM_TEXT, unit="grapheme")
    _check_actions(problems, template, where, low=CONFIRM_BUTTONS, high=CONFIRM_BUTTONS)


def _carousel(problems: Problems, template: Json, where: str) -> None:
    problems.one_of(template, "imageAspectRatio", where, ("rectangle", "square"))
    problems.one_of(template, "imageSize", where, ("cover", "contain"))
    columns = problems.items(template, "columns", where, low=1, high=COLUMNS)
    for number, column in enumerate(columns):
        at = f"{where}.columns[{number}]"
        _check_card(problems, column, at, CAROUSEL_TEXT)
        _check_actions(problems, column, at, low=1, high=COLUMN_BUTTONS)
    counts = {len(column["actions"]) for column in columns if isinstance(column.get("actions"), list)}
    if len(counts) > 1:
        problems.add(f"{where}.columns", "The number of actions must be the same for all columns")


def _image_carousel(problems: Problems, template: Json, where: str) -> None:
    for number, column in enumerate(problems.items(template, "columns", where, low=1, high=COLUMNS)):
        at = f"{where}.columns[{number}]"
        problems.https_url(column, "imageUrl", at)
        check_action(problems, column.get("action"), f"{at}.action", "image_carousel")


def _check_card(problems: Problems, card: Json, where: str, limit: int) -> None:
    problems.https_url(card, "thumbnailImageUrl", where, required=False)
    problems.color(card, "imageBackgroundColor", where)
    problems.text(card, "title", where, limit=TITLE, unit="grapheme", required=False)
    shortened = card.get("thumbnailImageUrl") or card.get("title")
    room = TEXT_BESIDE_IMAGE_OR_TITLE if shortened else limit
    problems.text(card, "text", where, limit=room, unit="grapheme")
    if card.get("defaultAction") is not None:
        check_action(problems, card["defaultAction"], join(where, "defaultAction"), "tap")


def _check_actions(problems: Problems, node: Json, where: str, *, low: int, high: int) -> None:
    for number, action in enumerate(problems.items(node, "actions", where, low=low, high=high)):
        check_action(problems, action, f"{where}.actions[{number}]", "template")


CHECKS = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
    "image_carousel": _image_carousel,
}

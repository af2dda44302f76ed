"""Limits of rich menus."""

from simulator.limits.actions import check_action
from simulator.limits.problems import Problems, join
from simulator.wire import Json

# LINE's reference, "Rich menu": pixels of the picture, and lengths in grapheme clusters.
WIDTH = (800, 2500)
LOWEST = 250
WIDTH_TO_HEIGHT = 1.45
AREAS = 20
NAME = 300
CHAT_BAR_TEXT = 14


def check_rich_menu(menu: Json) -> None:
    """Check a rich menu. Raises ApiError 400 with every fault and its place."""
    problems = Problems()
    _check_size(problems, menu)
    if not isinstance(menu.get("selected"), bool):
        problems.add("selected", "Must be true or false")
    problems.text(menu, "name", "", limit=NAME, unit="grapheme")
    problems.text(menu, "chatBarText", "", limit=CHAT_BAR_TEXT, unit="grapheme")
    for number, area in enumerate(problems.items(menu, "areas", "", low=0, high=AREAS)):
        at = f"areas[{number}]"
        bounds = problems.object(area, "bounds", at) or {}
        for key in ("x", "y", "width", "height"):
            problems.whole(bounds, key, join(at, "bounds"), low=0, high=WIDTH[1])
        check_action(problems, area.get("action"), f"{at}.action", "rich_menu")
    problems.raise_if_any()


def _check_size(problems: Problems, menu: Json) -> None:
    size = problems.object(menu, "size", "")
    if size is None:
        return
    width = problems.whole(size, "width", "size", low=WIDTH[0], high=WIDTH[1])
    height = problems.whole(size, "height", "size", low=LOWEST, high=WIDTH[1])
    if width and height and width / height < WIDTH_TO_HEIGHT:
        problems.add("size", f"The width must be at least {WIDTH_TO_HEIGHT} times the height")

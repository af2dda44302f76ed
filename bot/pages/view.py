"""Puts a page together: Jinja2 with everything escaped, and a missing value an error and not a gap."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from bot.flows.dates import day_words
from bot.flows.record import ASK_THEM
from desk.clock import local

PREFIX = "/me"
_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_NEW_LINK = ("トークで「わたしの記録」と 送ってください。", "あたらしい ページを ひらけます。")
_AGAIN = "前の画面に もどって、もういちど ためしてください。"

# Pages that only say something: a heading, and what to do.
SENTENCES: dict[str, tuple[str, ...]] = {
    "spent": ("このリンクは、もう使えません", "リンクは いちどだけ、15分のうちに ひらけます。", *_NEW_LINK),
    "time_over": ("ここで おわりの時間です", "ここまでの 答えは、のこっています。", *_NEW_LINK),
    # Closed, erased or a stranger: nobody knows any more what is kept, so nothing is said of it.
    "over": ("このページは おわりました", *_NEW_LINK),
    "erased": ("消しました", "もう、何も のこっていません。", "また、いつでも 来てください。"),
    "erased_but_told": ("消しました", ASK_THEM, "また、いつでも 来てください。"),
    "nothing_coming": ("いま、予定は ありません", "トークに もどって、ためしてください。"),
    "lost": ("時間が すぎました", "すみません。いま書いたものは、のこせませんでした。", *_NEW_LINK),
    "closed": ("とじました", "この画面は、もう 閉じて だいじょうぶです。"),
    "missing": ("ページが 見つかりません", *_NEW_LINK),
    "not_ours": ("うけとれませんでした", _AGAIN),
    "too_long": ("長すぎて うけとれませんでした", "前の画面に もどって、二つに わけてください。"),
    "too_fast": ("すこし 待ってください", "1分 待って、もういちど ためしてください。"),
    "trouble": ("いまは ひらけません", "すみません。すこし あとで、ためしてください。"),
}


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["prefix"] = PREFIX
    environment.filters["day"] = lambda moment: day_words(local(moment).date())
    return environment


_ENVIRONMENT = _make_environment()


def render(template: str, *, status: int = 200, until: str = "", **facts: Any) -> HTMLResponse:
    """A whole page; `until`: how long it may be written on. Half a letter, which nothing can show, is a ?."""
    text = _ENVIRONMENT.get_template(template).render(until=until, **facts)
    return HTMLResponse(text.encode("utf-8", "replace"), status_code=status)


def as_text(template: str, **facts: Any) -> str:
    """A page as text, to be handed out as a file."""
    return _ENVIRONMENT.get_template(template).render(**facts)


def say(name: str, *, status: int = 200, wait: int = 0) -> HTMLResponse:
    """A page that only says something; `wait`: seconds after which the browser may ask again."""
    heading, *sentences = SENTENCES[name]
    response = render("says.html", status=status, heading=heading, sentences=sentences)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def go(path: str) -> RedirectResponse:
    """After something was done: on to a page that can be loaded again without doing it twice."""
    return RedirectResponse(f"{PREFIX}{path}", status_code=303)

"""Everything that is kept of one person, in plain words: for the page, the file they take along, and paper."""

from collections.abc import Iterable, Iterator

from bot.flows.dates import day_words, moment_words
from bot.flows.questionnaire import QUESTIONS, WORDS, in_words
from bot.flows.record import PURPOSES, VIA
from bot.flows.wishes import KIND_WORDS
from bot.pages.record import FACTS
from desk.booking.queries import BookingRow
from desk.calendar.rules import PROMISE_KEYS
from desk.clients.queries import ConsentRow
from desk.clock import local
from desk.conversations.queries import MessageRow
from desk.conversations.rules import shown
from desk.follow_up.queries import FollowUpRow
from desk.intake.queries import FlagRow
from desk.needs.codes import NEED_BY_CODE
from desk.reach.queries import Task
from desk.record.parts import Line, Part
from desk.record.queries import Kept
from desk.retention.queries import HoldRow

_STATES = {
    "confirmed": "予定です",
    "lapsed": "終わりました",
    "attended": "会いました",
    "no_show": "会えませんでした",
    "moved": "日を 変えました",
    "declined": "会うのは、また いつでも。そう 聞きました",
    "excused": "取り消しました",
    "revoked": "取り消しました",
}
_NEED_STATES = {
    "chosen": "えらんだもの",
    "confirmed": "そうです",
    "suggested": "ことばから",
    "rejected": "ちがう",
}
_FOLLOW_UP_WAYS = {"message": "みじかい 連絡", "telephone": "電話", "visit": "会いに行くこと"}
_FOLLOWED = {
    "planned": "これからです。",
    "sent": "送りました。",
    "stopped": "やめました。",
    "reached": "話せました。",
    "fine": "だいじょうぶ、と 聞きました。",
    "no_answer": "お返事は ありませんでした。",
    "trouble": "困っていることを 聞きました。",
    "declined": "「もう いい」と 聞きました。",
}
_REACHED = {
    "reached": "ほかの やり方で、伝えました。",
    "no_answer": "ほかの やり方を ためしましたが、つながりませんでした。",
    "no_means": "ほかの やり方が、ありませんでした。",
    "back": "また、LINEで とどくように なりました。",
}
_PROMISES = {"who_reads": "だれが 読みますか", "kept": "いつ 消えますか", "read_log": "読んだ人の 記録"}


def parts_of(kept: Kept) -> tuple[Part, ...]:
    """All of it, by headings; those with nothing under them are left out."""
    parts = (
        Part("予定と、会った日", tuple(_booking(row) for row in kept.bookings)),
        Part("連絡のしかた", tuple(_ways(kept))),
        Part("答えたこと", tuple(_answers(kept))),
        Part("困っていること", tuple(_needs(kept))),
        Part("書いたもの", tuple(letter_line(row) for row in kept.messages)),
        Part("あぶないことの 知らせ", tuple(_flag(row) for row in kept.flags)),
        Part("希望", tuple(_wishes(kept))),
        Part("あとからの 連絡", tuple(_follow_up(row) for row in kept.follow_ups)),
        Part("LINEが とどかなかった時", tuple(_task(row) for row in kept.tasks)),
        Part("おたより", tuple(Line(day_words(local(row.at).date()), row.words) for row in kept.news)),
        Part("職員の メモ", tuple(_notes(kept))),
        Part("消さずに のこすこと", tuple(_hold(row) for row in kept.holds)),
        Part("同意", tuple(consent_line(row, kept.reasons.get(row.id, "")) for row in kept.consents)),
        Part("窓口の 約束", tuple(_promises(kept))),
    )
    return tuple(part for part in parts if part.lines)


def consent_line(row: ConsentRow, reason: str = "") -> Line:
    """A consent with the words that were agreed to, or the reason for which nobody was asked."""
    about = f"{row.agency}に 話すこと" if row.agency else PURPOSES.get(row.purpose, row.purpose)
    if row.basis == "emergency":
        kept = f"{_day(row)}、いのちが あぶない時の ため、同意なしで のこしました。"
        return Line(about, f"{kept}{_by_staff(reason)}")
    ended = ""
    if row.withdrawn_at is not None:
        word = "あたらしい文に 変わりました" if row.replaced else "やめました"
        ended = f"\n{day_words(local(row.withdrawn_at).date())}に、{word}。"
    words = f"\n「{row.words}」" if row.words else ""
    return Line(about, f"{_day(row)}、{VIA[row.via]}。{words}{ended}")


def _day(row: ConsentRow) -> str:
    return day_words(local(row.given_at).date())


def _booking(row: BookingRow) -> Line:
    lines = [
        f"{row.desk_name}・{row.place}",
        f"予約番号 {row.number}" if row.number else "",
        f"呼び名：{row.called_name}さん" if row.called_name else "",
        f"来る人：{row.who_comes}" if row.who_comes else "",
        f"次のやくそく：{row.promise}" if row.promise else "",
        _STATES[row.told_state],
    ]
    starts = moment_words(local(row.starts_at).replace(tzinfo=None).isoformat())
    return Line(starts, "\n".join(line for line in lines if line))


def _ways(kept: Kept) -> Iterator[Line]:
    yield Line("この窓口での 番号", str(kept.number))
    if kept.phone:
        yield Line("電話番号", kept.phone)
    if kept.phone_note:
        yield Line("電話の かけ方", kept.phone_note)
    if kept.spoken_code:
        yield Line("合言葉", kept.spoken_code)
    if kept.waits_since:
        yield Line("空きを 待っています", f"{day_words(local(kept.waits_since).date())}から")


def _answers(kept: Kept) -> Iterable[Line]:
    for once in kept.answered:
        since = day_words(local(once.since).date())
        for question in QUESTIONS:
            if question.key == WORDS or question.key not in once.answers:
                continue
            told = in_words(question, once.answers[question.key], once.answers, FACTS)
            if told:
                yield Line(f"{since}　{question.name}", "、".join(told))


def _needs(kept: Kept) -> Iterator[Line]:
    for need in kept.needs:
        words = "".join(f"「{said}」" for said in need.evidence)
        state = "会った人から" if need.by_staff else _NEED_STATES[need.state]
        yield Line(NEED_BY_CODE[need.code].client_word, f"{state}{words}")


def letter_line(row: MessageRow) -> Line:
    """What was written or sent, and by whom."""
    who = "あなたから" if row.direction == "in" else "職員から"
    return Line(f"{day_words(local(row.at).date())}　{who}", shown(row.kind, row.text))


def _flag(row: FlagRow) -> Line:
    pressed = "".join(f"「{said}」" for said in row.pressed)
    told = f"{pressed}{_by_staff(row.note)}".strip()
    return Line(day_words(local(row.raised_at).date()), told or "うけとりました。")


def _wishes(kept: Kept) -> Iterator[Line]:
    for wish in kept.wishes:
        note = f"「{wish.note}」" if wish.note else ""
        yield Line(day_words(local(wish.at).date()), f"{KIND_WORDS.get(wish.kind, '')}{note}")


def _notes(kept: Kept) -> Iterator[Line]:
    """Only how many: staff may speak of others there."""
    if kept.notes:
        count = f"{kept.notes}件 あります。"
        yield Line("引きつぎの ための メモ", f"{count}中身を 知りたい時は、窓口で 言ってください。")


def _follow_up(row: FollowUpRow) -> Line:
    became = _FOLLOWED[row.result or row.state]
    return Line(day_words(row.due_on), f"{_FOLLOW_UP_WAYS[row.way]}。{became}{_by_staff(row.note)}")


def _task(row: Task) -> Line:
    became = _REACHED[row.result] if row.result else "ほかの やり方で、伝えることに しました。"
    return Line(day_words(local(row.opened_at).date()), f"{became}{_by_staff(row.note)}")


def _hold(row: HoldRow) -> Line:
    """What happened, and not what holds today: so it stays true, also where nobody else agreed."""
    until = f"{row.until.year}年{day_words(row.until)}まで"
    told = f"{until} のこすことに しました。"
    if row.agreed_by is None:
        told = f"{until} のこすことを、職員が 考えました。\n2週間のうちに もう1人が「いい」と言うと、きまります。"
    ended = local(row.ended_at).date() if row.ended_at else None
    if ended is not None and ended <= row.until:
        told += f"\n{day_words(ended)}に、やめました。"
    return Line(day_words(local(row.asked_at).date()), f"{told}{_by_staff(row.reason)}")


def _by_staff(note: str | None) -> str:
    return f"\n職員：{note}" if note else ""


def _promises(kept: Kept) -> Iterator[Line]:
    for key in PROMISE_KEYS:
        if kept.promises[key]:
            yield Line(_PROMISES[key], kept.promises[key])

"""`make needs-report`: measures what we ship on messages no model was fitted on, and writes it to docs/NEEDS.md."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desk.needs.codes import NEED_BY_CODE, SIGN_BY_CODE
from desk.needs.learned import MODEL, load_model, read_model
from desk.needs.service import SHIPPED, MessageReader, load_lexicon, load_shipped
from learning.measure import Count, Read, Result, measure, middle_and_high, tally, wilson
from learning.messages import CORPUS, DEVELOPMENT, TEST, Message, read_messages, training_files
from learning.train import blind_models, features_of

PAGE = Path(__file__).parents[1] / "docs" / "NEEDS.md"
# What the report writes stands between these; all else on the page is written by people.
_TABLE = re.compile(r"(<!-- (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SHORT, _LONG = 10, 90
# In a process of its own, since this one has loaded what only training needs: kilobytes of its own, and in all (Linux).
_FOOTPRINT = """
from pathlib import Path
def held():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    sizes = dict(line.split()[:2] for line in lines)
    return int(sizes["Anonymous:"]), int(sizes["Rss:"])
own, all = held()
from desk.needs.service import read
read("家賃が払えず、もう眠れません。" * 300)
print(held()[0] - own, held()[1] - all)
"""
Slice = Callable[[Message], bool]
SLICES: tuple[tuple[str, Slice], ...] = (
    ("denied", lambda message: "denied" in message.marks),
    ("settled", lambda message: "settled" in message.marks),
    ("denied, and nothing else meant", lambda message: "denied" in message.marks and not message.codes),
    ("settled, and nothing else meant", lambda message: "settled" in message.marks and not message.codes),
    ("idioms", lambda message: "idiom" in message.marks),
    ("only mentioned", lambda message: "mention" in message.marks),
    ("others' matters", lambda message: "others" in message.marks),
    ("past only", lambda message: "past" in message.marks),
    ("asked of the desk", lambda message: "desk" in message.marks),
    ("hiragana", lambda message: "hiragana" in message.marks),
    ("typing slips", lambda message: "typo" in message.marks),
    ("dialect", lambda message: "dialect" in message.marks),
    ("slang", lambda message: "slang" in message.marks),
    ("for somebody else", lambda message: "family" in message.marks),
    (f"under {_SHORT} letters", lambda message: len(message.text) < _SHORT),
    (f"over {_LONG} letters", lambda message: len(message.text) > _LONG),
    ("neither need nor sign", lambda message: not message.codes),
)


def write_report(corpus: Path = CORPUS, page: Path = PAGE) -> str:
    """Measure everything and write the tables into the page; returns the page."""
    rules = load_lexicon(SHIPPED, check=False)
    shipped = rules.with_model(load_model())
    files = {"development": corpus / DEVELOPMENT, "test": corpus / TEST}
    sets = {name: read_messages([file]) for name, file in files.items() if file.exists()}
    unfitted = [message for messages in sets.values() for message in messages]
    results = {name: measure(messages, shipped.read) for name, messages in sets.items()}
    unseen = _writers_unseen(read_messages(training_files(corpus)), rules)
    tables = {
        "totals": "\n".join(_totals({**results, "training, each writer unseen": unseen})),
        "needs": "\n".join(_needs(results)),
        "signs": "\n".join(_signs(results)),
        "slices": "\n".join(_slices(unfitted, shipped.read)),
        "parts": "\n".join(_parts(unfitted, rules, shipped)),
        "cost": "\n".join(_cost(sets["development"], shipped)),
    }
    text = page.read_text(encoding="utf-8")
    text = _TABLE.sub(lambda found: f"{found.group(1)}{tables[found.group('name')]}\n{found.group(3)}", text)
    page.write_text(text, encoding="utf-8")
    return text


def _totals(results: dict[str, Result]) -> Iterator[str]:
    names = list(results)
    yield from _head("measure", *(f"{name} ({results[name].messages})" for name in names))
    rows: tuple[tuple[str, Callable[[Result], str]], ...] = (
        ("needs, micro F1", lambda result: f"{result.micro.f1:.3f}"),
        ("needs, precision / recall", lambda result: _both(result.micro)),
        ("needs, macro F1", lambda result: f"{result.macro_f1:.3f}"),
        (
            "signs: alarm or check",
            lambda result: _of(sum(result.noticed.values()), sum(result.meant.values())),
        ),
        ("signs: alarm", lambda result: _of(sum(result.alarmed.values()), sum(result.meant.values()))),
        ("messages in danger that got any answer", lambda result: _of(result.answered, result.endangered)),
        ("false alarms per 1,000 without a sign", lambda r: _per_1000(r.false_alarms, r.without_sign)),
        ("checks per 1,000 without a sign", lambda r: _per_1000(r.false_checks, r.without_sign)),
        ("false alarms per 1,000 with nothing at all", lambda r: _per_1000(r.bare_alarms, r.bare)),
        ("checks per 1,000 with nothing at all", lambda r: _per_1000(r.bare_checks, r.bare)),
    )
    for title, cell in rows:
        yield _row(title, *(cell(results[name]) for name in names))


def _needs(results: dict[str, Result]) -> Iterator[str]:
    yield from _head("need", *(f"{name}: F1 (precision / recall) of" for name in results))
    for code, need in NEED_BY_CODE.items():
        counts = [result.needs[code] for result in results.values()]
        yield _row(
            f"{code} {need.name}",
            *(f"{count.f1:.2f} ({_both(count)}) {count.right + count.missed}" for count in counts),
        )


def _signs(results: dict[str, Result]) -> Iterator[str]:
    yield from _head("sign", *(f"{name}: alarm or check · alarm" for name in results))
    for code, sign in SIGN_BY_CODE.items():
        yield _row(
            f"{code} {sign.name}",
            *(
                f"{_of(result.noticed[code], result.meant[code])} · {result.alarmed[code]}"
                for result in results.values()
            ),
        )


def _slices(messages: Sequence[Message], read: Read) -> Iterator[str]:
    yield from _head("slice", "messages", "wholly right", "needs F1", "signs noticed")
    for name, belongs in SLICES:
        result = measure((message for message in messages if belongs(message)), read)
        meant = sum(result.meant.values())
        yield _row(
            name,
            str(result.messages),
            _of(result.exact, result.messages),
            f"{result.micro.f1:.2f}",
            _of(sum(result.noticed.values()), meant) if meant else "none meant",
        )


def _parts(messages: Sequence[Message], rules: MessageReader, shipped: MessageReader) -> Iterator[str]:
    """What each part adds: the model is weighed without one kind of feature, or does not speak at all."""
    yield from _head(
        "without", "needs F1", "signs noticed", "signs alarmed", "false alarms · checks per 1,000"
    )
    kinds = {"letters": "c", "sounds": "r", "words": "w", "named lists": "k", "the rules' findings": "l"}
    readers = {"nothing (all we ship)": shipped.read, "the learned layer": rules.read}
    for name, kind in kinds.items():
        readers[name] = rules.with_model(load_model().without(kind)).read
    for name, read in readers.items():
        result = measure(messages, read)
        yield _row(
            name,
            f"{result.micro.f1:.3f}",
            f"{result.recall:.2f}",
            f"{result.alarm_recall:.2f}",
            f"{_rate(result.false_alarms, result.without_sign)} · {_rate(result.false_checks, result.without_sign)}",
        )


def _cost(messages: Sequence[Message], shipped: MessageReader) -> Iterator[str]:
    yield from _head("cost", "median", "p99")
    texts = [message.text for message in messages]
    longest = "\n".join(texts)
    for title, sample in (
        ("messages up to 400 letters", [text for text in texts if len(text) <= 400]),
        ("400 letters", [longest[start : start + 400] for start in range(0, 20_000, 100)]),
        ("5,000 letters", [longest[start : start + 5_000] for start in range(0, 15_000, 500)]),
    ):
        middle, high = middle_and_high([_milliseconds(shipped.read, text) for text in sample])
        yield _row(title, f"{middle:.1f} ms", f"{high:.1f} ms")
    began = time.thread_time()
    load_shipped()
    yield _row("loading lexicon and model", f"{time.thread_time() - began:.2f} s", "")
    yield _row("the model's file", f"{MODEL.stat().st_size / 1e6:.1f} MB", "")
    found = subprocess.run([sys.executable, "-c", _FOOTPRINT], capture_output=True, text=True, check=True)
    own, everything = (int(kilobytes) / 1_000 for kilobytes in found.stdout.split())
    yield _row("memory added, of the process's own", f"{own:.0f} MB", "")
    yield _row("the same with the dictionary's file, which processes share", f"{everything:.0f} MB", "")


def _writers_unseen(messages: Sequence[Message], rules: MessageReader) -> Result:
    """Each writer's messages read with a model of all the others: what to expect of somebody new."""
    result = Result()
    for writers, stored in blind_models(messages, features_of(messages)):
        read = rules.with_model(read_model(stored)).read
        for message in messages:
            if message.judged and message.writer in writers:
                tally(result, message, read(message.text))
    return result


def _milliseconds(read: Read, text: str) -> float:
    """The processor's time for one message; the best of three, as other work on the machine only adds."""
    times = []
    for _ in range(3):
        began = time.thread_time()
        read(text)
        times.append(time.thread_time() - began)
    return min(times) * 1_000


def _head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield _row(*("---" for _ in titles))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _both(count: Count) -> str:
    return f"{count.precision:.2f} / {count.recall:.2f}"


def _of(found: int, of: int) -> str:
    low, high = wilson(found, of)
    return f"{found} of {of}, {found / of if of else 0:.2f} ({low:.2f}-{high:.2f})"


def _per_1000(found: int, of: int) -> str:
    low, high = wilson(found, of)
    return f"{_rate(found, of)} ({1000 * low:.0f}-{1000 * high:.0f})"


def _rate(found: int, of: int) -> str:
    return f"{1000 * found / of if of else 0:.0f}"


def main() -> None:
    """Write the page and show it."""
    print(write_report())


if __name__ == "__main__":
    main()

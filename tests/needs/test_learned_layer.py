"""The learned layer: fitted the same way every time, worth having, and never louder or quieter than it may be."""

import json
import re
from itertools import islice
from pathlib import Path

import pytest

from desk.needs.codes import SIGNS
from desk.needs.features import KINDS, see
from desk.needs.learned import MODEL, ZERO, load_model, read_model
from desk.needs.service import SHIPPED, MessageReader, load_lexicon, shipped_reader
from learning.measure import Result, measure
from learning.messages import CORPUS, DEVELOPMENT, KNOWN, Message, read_messages, training_files
from learning.report import PAGE
from learning.train import data_of, train

SHIPPED_MODEL = shipped_reader()


@pytest.fixture(scope="module")
def development() -> list[Message]:
    """Messages by a writer of whom nothing was fitted."""
    return read_messages([CORPUS / DEVELOPMENT])


@pytest.fixture(scope="module")
def rules() -> MessageReader:
    """The lexicon and its rules alone."""
    return load_lexicon(SHIPPED, check=False)


@pytest.fixture(scope="module")
def both(development: list[Message]) -> Result:
    """The development messages read with all we ship."""
    return measure(development, SHIPPED_MODEL.read)


def test_the_model_was_learned_from_this_corpus_and_this_lexicon() -> None:
    assert load_model().data == data_of(CORPUS), "the corpus or the lexicon changed: `make needs-model`"


def _small_corpus(folder: Path) -> Path:
    """A few lines of each file the model is fitted on."""
    for file in training_files(CORPUS):
        with file.open(encoding="utf-8") as lines:
            (folder / file.name).write_text("".join(islice(lines, 40)), encoding="utf-8")
    return folder


def test_the_same_corpus_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    corpus = _small_corpus(tmp_path)
    first = train(corpus)
    assert train(corpus) == first
    with (corpus / KNOWN).open("a", encoding="utf-8") as file:
        file.write(
            json.dumps({"id": "new", "text": "月に住みたい", "needs": ["housing"], "signs": []}) + "\n"
        )
    assert data_of(corpus) != read_model(first).data


@pytest.mark.soak
def test_the_model_can_be_learned_again_to_the_byte() -> None:
    assert train() == MODEL.read_bytes()


def test_no_message_of_the_corpus_can_be_read_in_the_model() -> None:
    names = {name for weights in load_model().weights.values() for name in weights}
    assert not [text for text in (message.text for message in _longer_messages()) if text in names]


def _longer_messages() -> list[Message]:
    return [message for message in read_messages(training_files(CORPUS)) if len(message.text) > 8]


def test_unseen_messages_are_read_as_well_as_the_report_says(both: Result) -> None:
    told = _told_of_development()
    at_least = {
        "needs, micro F1": both.micro.f1,
        "needs, macro F1": both.macro_f1,
        "signs: alarm or check": both.recall,
        "signs: alarm": both.alarm_recall,
        "messages in danger that got any answer": both.answered / both.endangered,
    }
    at_most = {
        "false alarms per 1,000 without a sign": 1000 * both.false_alarms / both.without_sign,
        "checks per 1,000 without a sign": 1000 * both.false_checks / both.without_sign,
    }
    assert [name for name, share in at_least.items() if share < told[name] - 0.01] == []
    assert [name for name, rate in at_most.items() if rate > told[name] + 3] == []


def _told_of_development() -> dict[str, float]:
    """What docs/NEEDS.md says in all of the development messages: the row's name and its first figure or share."""
    rows = re.findall(
        r"^\| ([^|]+) \| (?:\d+ of \d+, )?([\d.]+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name: float(figure) for name, figure in rows}


def test_what_was_learned_is_worth_having(
    both: Result, development: list[Message], rules: MessageReader
) -> None:
    alone = measure(development, rules.read)
    assert both.micro.f1 >= alone.micro.f1 + 0.10
    assert both.recall >= alone.recall + 0.15
    assert both.false_alarms <= alone.false_alarms / 2


def test_the_rules_are_worth_having(both: Result, development: list[Message], rules: MessageReader) -> None:
    deaf = rules.with_model(load_model().without("l").without("k"))
    assert measure(development, deaf.read).micro.f1 <= both.micro.f1 - 0.05


def test_what_the_lexicon_was_written_with_still_comes_out(rules: MessageReader) -> None:
    known = read_messages([CORPUS / KNOWN])
    shipped, alone = measure(known, SHIPPED_MODEL.read), measure(known, rules.read)
    assert alone.micro.f1 >= 0.80
    assert shipped.micro.f1 >= 0.97
    assert shipped.recall >= 0.99
    assert shipped.false_alarms <= 0.01 * shipped.without_sign


@pytest.mark.parametrize(
    "text",
    [
        "死にたいなんて思ったことは一度もありません",
        "死にたいわけじゃないです",
        "自殺なんてしません",
        "もう消えたいとは思ってないよ",
        "殴られてはいません",
        "野宿しているわけではありません",
        "前は路上で寝ていました",
        "過去にODしたことがあります",
    ],
)
def test_a_danger_denied_or_past_is_asked_about_and_is_no_alarm(text: str) -> None:
    assert {sign.level for sign in SHIPPED_MODEL.read(text).signs} == {"check"}


@pytest.mark.parametrize(
    "text", ["10時がいい", "ここがいい", "この日にする", "ここにする", "午前がいいです", "諏訪がいい"]
)
def test_choosing_a_day_is_no_sign_of_danger(text: str) -> None:
    assert SHIPPED_MODEL.read(text).signs == ()


def test_a_danger_said_outright_is_an_alarm_beside_a_greater_one() -> None:
    signs = SHIPPED_MODEL.read("もう死にたいです。食べるものも三日ありません。").signs
    assert {(sign.code, sign.level) for sign in signs} == {("suicide", "alarm"), ("no_food", "alarm")}


@pytest.mark.parametrize("text", ["米もない", "もう米もない", "米もないし金もない"])
def test_no_rice_left_is_an_alarm(text: str) -> None:
    tagging = SHIPPED_MODEL.read(text)
    assert {(sign.code, sign.level) for sign in tagging.signs} == {("no_food", "alarm")}
    assert "food" in {tag.code for tag in tagging.needs}


@pytest.mark.parametrize(
    "text", ["仕事は決まったけど、続くか不安です", "受かったけど、明日から行けるか心配です"]
)
def test_a_worry_about_a_new_job_is_no_danger(text: str) -> None:
    tagging = SHIPPED_MODEL.read(text)
    assert [tag.code for tag in tagging.needs] == ["work"]
    assert tagging.signs == ()


def test_a_need_no_row_foresaw_is_found_with_the_words_that_speak_for_it(rules: MessageReader) -> None:
    text = "冷蔵庫の中は氷と醤油だけ"
    assert "food" not in {tag.code for tag in rules.read(text).needs}
    (tag,) = (tag for tag in SHIPPED_MODEL.read(text).needs if tag.code == "food")
    assert all(text[piece.start : piece.end] == piece.text for piece in tag.evidence)
    assert any(piece.text in "冷蔵庫の中は氷と醤油" for piece in tag.evidence)


def test_every_learned_finding_points_into_the_message(development: list[Message]) -> None:
    for message in development:
        tagging = SHIPPED_MODEL.read(message.text)
        evidence = [found.evidence for found in tagging.needs] + [found.evidence for found in tagging.signs]
        assert all(evidence)
        for piece in (piece for pieces in evidence for piece in pieces):
            assert message.text[piece.start : piece.end] == piece.text != ""


def test_a_score_is_the_sum_of_its_features_however_many(development: list[Message]) -> None:
    model = load_model()
    text = "".join(message.text for message in development)[:1_200]
    features = see(text, [], [], {})
    found = [model.weights["c"][name] for name in features.names()["c"] if name in model.weights["c"]]
    assert len(found) > 1_000
    for sign in SIGNS:
        column = model.codes.index(sign.code)
        points = sum((weights >> 16 * column & 0xFF) - ZERO for weights in found)
        score = model.bias[column] + model.steps[column] * points / len(found) ** 0.5
        assert model.without("r").weigh(features).scores[sign.code] == pytest.approx(score)


def test_each_kind_of_feature_was_learned() -> None:
    weights = load_model().weights
    assert {kind: len(weights[kind]) for kind in KINDS if len(weights[kind]) < 50} == {}

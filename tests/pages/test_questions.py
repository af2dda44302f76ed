"""Ten questions, one a screen, each kept at once; back, skip, stop, resume, mend, remove."""

import pytest

from bot.flows.questionnaire import CONSENT, CONSENT_VERSION, HOW_MANY, QUESTIONS
from desk.clients.queries import consents_of
from tests.engines import POSTGRES_BY_DEFAULT
from tests.pages.person import Someone, path_of, text_of


@pytest.fixture
def opened(sora: Someone) -> Someone:
    """そら has agreed in the chat and opened his page."""
    sora.agrees()
    sora.opens()
    return sora


def test_there_are_ten_questions_and_no_more() -> None:
    assert HOW_MANY == 10


@POSTGRES_BY_DEFAULT
def test_consent_comes_first_in_three_lines_and_is_kept_with_its_words(sora: Someone) -> None:
    page = sora.opens()
    assert path_of(page) == "/agree"
    assert all(line in text_of(page) for line in CONSENT.splitlines())

    first = sora.presses("/agree", go="yes")

    assert path_of(first) == "/1"
    with sora.house.database.reading() as db:
        [consent] = consents_of(db, sora.client_id)
    assert (consent.purpose, consent.via, consent.text_version) == ("answers", "page", CONSENT_VERSION)


@POSTGRES_BY_DEFAULT
def test_without_consent_nothing_is_kept(sora: Someone) -> None:
    sora.opens()

    pages = [
        sora.presses("/1", chosen="no_bed"),
        sora.presses("/12", words="だれにも 言えませんでした。死にたいです。"),
        sora.presses("/mend/2", chosen="money"),
    ]

    assert [path_of(page) for page in pages] == ["/agree"] * 3
    assert [sora.rows_of(name) for name in ("answer", "message", "need", "intake")] == [0] * 4


@POSTGRES_BY_DEFAULT
def test_not_now_keeps_nothing_and_says_so(sora: Someone) -> None:
    sora.opens()

    page = sora.presses("/agree", go="no")

    assert "何も のこしていません。" in text_of(page)
    assert sora.rows_of("consent") == 0


@POSTGRES_BY_DEFAULT
def test_all_ten_are_answered_one_after_the_other(opened: Someone) -> None:
    seen = [text_of(opened.sees("/1"))]
    for place, fields in (
        (1, {"chosen": "both"}),
        (2, {"chosen": "money"}),
        (3, {"chosen": ["work", "papers"]}),
        (4, {"chosen": ["reading"]}),
        (5, {"chosen": ["debt", "rent_loan", "identity"]}),
        (6, {"chosen": "rent_loan"}),
        (7, {"chosen": "looking"}),
        (8, {"chosen": "staying"}),
        (9, {"chosen": "tight"}),
        (10, {"chosen": ["city"], "words": "図書館"}),
        (11, {"chosen": ["line_only"], "words": "役所の人と 言わないで"}),
        (12, {"words": "部屋を かりるのに、困っています。"}),
    ):
        page = opened.presses(f"/{place}", **fields)
        seen.append(text_of(page))

    assert ["（1/10）" in seen[0], "（2/10）" in seen[1], "（2/10）" in seen[2]] == [True] * 3
    assert path_of(page) == "/all"
    answers = opened.answers()
    assert set(answers) == {question.key for question in QUESTIONS}
    assert answers["others"] == ["work", "papers"]
    assert answers["boxes"] == ["rent_loan", "debt", "identity"]
    assert answers["agencies"] == {"chosen": ["city"], "written": "図書館"}
    for told in (
        "どちらもある",
        "やちん・ローン",
        "さがしている",
        "市役所・町や村の役場、「図書館」",
        "LINEだけに してほしい",
    ):
        assert told in text_of(page)


@POSTGRES_BY_DEFAULT
def test_boxes_bring_the_needs_they_mean_the_worst_first(opened: Someone) -> None:
    opened.presses("/5", chosen=["debt", "health", "identity", "mobile"])
    assert opened.needs() == {"debt": "chosen", "paperwork": "chosen"}

    opened.presses("/6", chosen="identity")
    assert list(opened.needs()) == ["paperwork", "debt"]

    opened.presses("/mend/5", chosen=["debt"])
    assert opened.needs() == {"debt": "chosen"}
    assert "boxes_most" not in opened.answers()


@POSTGRES_BY_DEFAULT
def test_our_own_few_stand_apart_from_the_sixteen_of_the_form(opened: Someone) -> None:
    form, apart = opened.sees("/5").text.split('class="apart"')

    assert form.count('type="checkbox"') == 16
    assert apart.count('type="checkbox"') == 6
    assert "ほかに、よくあること" in apart


@POSTGRES_BY_DEFAULT
def test_one_box_needs_no_question_which_is_the_worst(opened: Someone) -> None:
    assert path_of(opened.presses("/5", chosen=["debt"])) == "/7"
    assert path_of(opened.sees("/6")) == "/7"
    assert path_of(opened.presses("/5", chosen=["debt", "housing"])) == "/6"


@POSTGRES_BY_DEFAULT
def test_what_stands_there_is_shown_again(opened: Someone) -> None:
    opened.presses("/4", chosen=["reading", "ears_legs"])
    opened.presses("/12", words="<b>二週間に</b> なります。\r\nつづきです。")

    assert opened.sees("/4").text.count(" checked") == 2
    assert "&lt;b&gt;二週間に&lt;/b&gt; なります。\nつづきです。</textarea>" in opened.sees("/12").text


@POSTGRES_BY_DEFAULT
def test_nothing_particular_holds_alone(opened: Someone) -> None:
    opened.presses("/4", chosen=["none", "reading"])

    assert opened.answers()["mind"] == ["reading"]


@POSTGRES_BY_DEFAULT
def test_skipping_keeps_nothing_and_goes_on(opened: Someone) -> None:
    assert path_of(opened.presses("/1", go="skip", chosen="both")) == "/2"
    assert path_of(opened.presses("/2")) == "/4"
    assert opened.answers() == {}


@POSTGRES_BY_DEFAULT
def test_going_back_loses_nothing(opened: Someone) -> None:
    assert path_of(opened.presses("/12", go="back", words="とちゅうです。")) == "/11"
    assert path_of(opened.presses("/4", go="back", chosen=["reading"])) == "/2"

    assert opened.answers()["mind"] == ["reading"]
    assert [message.text for message in opened.messages()] == ["とちゅうです。"]


@POSTGRES_BY_DEFAULT
def test_stopping_keeps_what_was_saved_and_not_what_is_being_written(opened: Someone) -> None:
    opened.presses("/1", chosen="both")

    page = opened.presses("/2", go="stop", chosen="money")

    assert "ここまでの 答えは、のこっています。" in text_of(page)
    assert opened.answers() == {"tonight": "both"}


@POSTGRES_BY_DEFAULT
def test_days_later_it_goes_on_after_the_last_answer(opened: Someone) -> None:
    opened.presses("/1", chosen="both")
    opened.presses("/2", go="skip")
    opened.presses("/4", chosen=["none"])
    opened.phone.post("/me/bye")

    page = opened.opens()

    assert path_of(page) == "/all"
    assert "つづきへ（4/10）" in text_of(page)
    assert path_of(opened.sees("/next")) == "/5"


@POSTGRES_BY_DEFAULT
def test_one_answer_is_mended_and_another_removed(opened: Someone) -> None:
    opened.presses("/1", chosen="both")
    opened.presses("/2", chosen="money")
    opened.presses("/3", chosen=["work"])

    assert path_of(opened.presses("/mend/2", chosen="papers")) == "/all"
    assert path_of(opened.presses("/remove", place="1")) == "/all"
    assert opened.answers() == {"worst": "papers", "others": ["work"]}

    opened.presses("/remove", place="2")
    assert opened.answers() == {}


@POSTGRES_BY_DEFAULT
def test_taking_every_tick_away_removes_the_answer(opened: Someone) -> None:
    opened.presses("/4", chosen=["reading"])
    opened.presses("/mend/4")

    assert opened.answers() == {}


@POSTGRES_BY_DEFAULT
def test_answers_of_the_chat_stand_there_too(opened: Someone) -> None:
    opened.presses("/2", chosen="home")
    page = text_of(opened.sees("/all"))

    assert "いちばん 困っていること すむ所" in page
    assert "今夜のこと 答える" in page


@POSTGRES_BY_DEFAULT
@pytest.mark.parametrize("path", ["/0", "/13", "/99999999999999999999", "/x", "/mend/13", "/nothing"])
def test_a_question_that_does_not_exist_is_answered_kindly(opened: Someone, path: str) -> None:
    page = opened.sees(path)

    assert page.status_code == 404
    assert "ページが 見つかりません" in text_of(page)


@POSTGRES_BY_DEFAULT
def test_a_choice_nobody_offered_is_left_out(opened: Someone) -> None:
    opened.presses("/1", chosen="prison")
    opened.presses("/4", chosen=["reading", "prison"])

    assert opened.answers() == {"mind": ["reading"]}


@POSTGRES_BY_DEFAULT
@pytest.mark.parametrize("fields", [{"place": "x"}, {"place": "²"}, {"place": "99"}, {"letter": "x"}, {}])
def test_removing_what_is_not_there_changes_nothing(opened: Someone, fields: dict[str, str]) -> None:
    opened.presses("/1", chosen="both")

    assert opened.presses("/remove", **fields).status_code == 200
    assert opened.answers() == {"tonight": "both"}

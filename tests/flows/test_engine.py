"""The engine on a toy flow: what is asked next, how replies are taken, what is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from bot.flows import engine
from bot.flows.engine import Flow, Outcome, Reply
from bot.flows.questions import Choice, Question, short_name, understood

TEA, COFFEE = Choice("tea", "お茶", ("ちゃ",)), Choice("coffee", "コーヒー")
SUGAR = (Choice("yes", "入れる"), Choice("no", "入れない"))
FLOW = Flow(
    "toy",
    (
        Question("drink", ask=lambda _a, _f: "何を のみますか。", choices=lambda _a, _f: (TEA, COFFEE)),
        Question(
            "sugar",
            ask=lambda _a, _f: "さとうは。",
            choices=lambda _a, _f: SUGAR,
            ask_if=lambda answers, _f: answers.get("drink") == "coffee",
            then="stir",
        ),
        Question("name", ask=lambda _a, _f: "お名前は。", write=short_name, skippable=False),
    ),
)
DRINK, SUGAR_QUESTION, NAME = FLOW.questions


def next_key(answers: dict[str, object]) -> str | None:
    """The key of the question that follows."""
    question = engine.next_question(FLOW, answers, {})
    return question.key if question else None


def test_the_next_question_is_the_first_that_applies_and_has_no_answer() -> None:
    assert next_key({}) == "drink"
    assert next_key({"drink": "coffee"}) == "sugar"
    assert next_key({"drink": "tea"}) == "name"
    assert next_key({"drink": "tea", "name": "そら"}) is None


def test_a_question_added_in_the_middle_of_a_conversation_is_simply_asked() -> None:
    longer = Flow("toy", (Question("hello", ask=lambda _a, _f: "おげんきですか。"), *FLOW.questions))
    question = engine.next_question(longer, {"drink": "tea"}, {})
    assert question is not None
    assert question.key == "hello"


def test_a_number_its_words_and_a_short_sentence_mean_the_same() -> None:
    for text in ("1", "１", "お茶", "1 お茶", "お茶。", "ちゃ", "お茶が いいです"):
        turn = engine.take(DRINK, {}, {}, Reply(text=text))
        assert (turn.outcome, turn.answers) == (Outcome.ANSWERED, {"drink": "tea"}), text


def test_a_number_that_is_not_there_is_not_understood_and_nothing_is_lost() -> None:
    turn = engine.take(DRINK, {"name": "そら"}, {}, Reply(text="9"))
    assert (turn.outcome, turn.answers) == (Outcome.NOT_UNDERSTOOD, {"name": "そら"})


def test_something_told_is_no_answer_and_is_said_to_be_told() -> None:
    long = "きのう 仕事を やめました。これから どうしたらいいか わかりません。"
    for question in FLOW.questions:
        assert engine.take(question, {}, {}, Reply(text=long)).outcome is Outcome.TOLD


def test_an_answer_says_what_is_to_be_carried_out() -> None:
    turn = engine.take(SUGAR_QUESTION, {"drink": "coffee"}, {}, Reply(value="yes"))
    assert turn.then == "stir"


def test_a_pressed_value_that_is_no_choice_is_not_taken() -> None:
    assert engine.take(DRINK, {}, {}, Reply(value="beer")).outcome is Outcome.NOT_UNDERSTOOD


def test_going_back_forgets_the_latest_answer_only() -> None:
    answers = {"drink": "coffee", "sugar": "yes"}
    assert engine.back(FLOW, answers, {}).answers == {"drink": "coffee"}
    assert engine.back(FLOW, {}, {}).answers == {}


def test_skipping_works_where_it_is_allowed() -> None:
    assert engine.skip(DRINK, {}).answers == {"drink": engine.SKIPPED}
    assert engine.skip(NAME, {}).outcome is Outcome.NOT_UNDERSTOOD


def test_several_are_chosen_by_numbers_however_they_are_parted() -> None:
    choices = (TEA, COFFEE, *SUGAR)
    for text in ("1 3", "1,3", "１、３", "1・3", "3 1"):
        assert set(understood(text, choices, several=True)) == {"tea", "yes"}, text
    assert understood("コーヒー", choices, several=True) == ("coffee",)


@given(st.text())
def test_any_text_at_all_is_taken_without_a_fault(text: str) -> None:
    for question in FLOW.questions:
        turn = engine.take(question, {"drink": "coffee"}, {}, Reply(text=text))
        assert turn.answers["drink"] in ("coffee", "tea")


def test_going_back_forgets_what_hung_on_the_answer_and_notes_beside_it() -> None:
    answers = {"drink": "coffee", "sugar": "no", "_from": "menu"}
    turn = engine.back(FLOW, answers, {})
    assert turn.answers == {"drink": "coffee", "_from": "menu"}
    assert engine.back(FLOW, {**turn.answers, "sugar.page": 1}, {}).answers == turn.answers
    assert engine.back(FLOW, turn.answers, {}).answers == {"_from": "menu"}
    assert engine.back(FLOW, {"_from": "menu"}, {}).outcome is Outcome.FIRST


def test_a_long_trouble_with_a_choices_words_in_it_is_told_and_not_lost() -> None:
    turn = engine.take(DRINK, {}, {}, Reply(text="お茶も 買えません。どうしよう", told=True))
    assert turn.outcome is Outcome.TOLD

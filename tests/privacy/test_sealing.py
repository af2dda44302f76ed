"""What is sealed opens in its own place, whole, with its own key, and says little by its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.clients.rules import heard_name
from desk.errors import Unreadable
from desk.key_file import KEY_BYTES
from desk.privacy import Vault

NAMES = st.sampled_from(["answer.value", "message.body", "booking.called_name", "booking.promise"])
ROWS = st.sampled_from(["1", "2", "a:b"])
PLACES = st.tuples(NAMES, ROWS).map(":".join)
VALUES = st.text(alphabet=st.characters(codec=None), max_size=200)
OURS, THEIRS = Vault(b"1" * KEY_BYTES), Vault(b"2" * KEY_BYTES)
PERSON = "sora"
SORA, YAMA = (OURS.person(OURS.new_person_key(who), who) for who in (PERSON, "yama"))
INBOX, PEOPLE = OURS.house("inbox"), OURS.house("people")


@given(text=VALUES, place=PLACES)
def test_whatever_a_phone_can_send_comes_back_as_it_was(text: str, place: str) -> None:
    for sealer in (SORA, INBOX):
        assert sealer.open_text(sealer.seal_text(text, place), place) == text


@given(text=VALUES, place=PLACES, other=PLACES)
def test_in_another_row_or_another_column_of_its_row_it_opens_not(text: str, place: str, other: str) -> None:
    sealed = SORA.seal_text(text, place)
    if other == place:
        assert SORA.open_text(sealed, other) == text
        return
    with pytest.raises(Unreadable):
        SORA.open_text(sealed, other)


@given(text=VALUES, place=PLACES, data=st.data())
def test_one_changed_bit_is_found_wherever_it_is(text: str, place: str, data: st.DataObject) -> None:
    sealed = bytearray(SORA.seal_text(text, place))
    at = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[at // 8] ^= 1 << (at % 8)
    with pytest.raises(Unreadable):
        SORA.open(bytes(sealed), place)


@given(text=VALUES, place=PLACES, length=st.integers(0, 40))
def test_a_part_of_it_opens_not(text: str, place: str, length: int) -> None:
    sealed = SORA.seal_text(text, place)
    for part in (sealed[:length], sealed[:-1], sealed + b"\0"):
        with pytest.raises(Unreadable):
            SORA.open(part, place)


@given(text=VALUES, place=PLACES)
def test_no_other_key_opens_it_not_even_another_purpose_of_the_house(text: str, place: str) -> None:
    for one, others in (
        (SORA, (YAMA, INBOX, PEOPLE, THEIRS.house("inbox"))),
        (INBOX, (SORA, PEOPLE, THEIRS.house("inbox"))),
    ):
        sealed = one.seal_text(text, place)
        for other in others:
            with pytest.raises(Unreadable):
                other.open(sealed, place)


def test_the_key_of_one_person_is_wrapped_for_nobody_else_and_by_no_other_master() -> None:
    wrapped = OURS.new_person_key(PERSON)
    for vault, who in ((OURS, "yama"), (THEIRS, PERSON)):
        with pytest.raises(Unreadable):
            vault.person(wrapped, who)


@given(texts=st.lists(st.text(max_size=7), min_size=2, max_size=8))
def test_short_answers_all_look_alike(texts: list[str]) -> None:
    assert len({len(SORA.seal_text(text, "answer.value:1")) for text in texts}) == 1
    assert len(SORA.seal_text("x" * 200, "answer.value:1")) > len(SORA.seal_text("x", "answer.value:1"))


def test_no_value_is_sealed_alike_twice() -> None:
    assert len({SORA.seal_text("はい", "answer.value:1") for _ in range(5_000)}) == 5_000


@given(value=st.text(min_size=1, max_size=40))
def test_a_blind_index_meets_its_like_under_its_purpose_and_key_only(value: str) -> None:
    index = OURS.index("phone", value)
    assert OURS.indexes("phone", value) == (index,)
    assert len({index, OURS.index("line", value), THEIRS.index("phone", value)}) == 3
    assert (len(index), index[:2]) == (64, "01")


@pytest.mark.parametrize("typed", ["ミドリ", "みどり", "ﾐﾄﾞﾘ", " みどり ", "み どり", "ミ　ドリ", "みドリ"])
def test_a_name_is_found_however_it_is_written(typed: str) -> None:
    assert heard_name(typed) == heard_name("みどり")


def test_a_name_is_found_exactly_and_not_nearly() -> None:
    assert heard_name("Ｓora") == heard_name("sORA")
    names = ["みどり", "みとり", "みどりさん", "みどりん", "みどーり"]
    assert len({heard_name(name) for name in names}) == len(names)

"""The lists of needs, signs, boxes and groups hang together."""

from desk.needs.codes import BOXES, GROUPS, NEED_BY_CODE, NEEDS, SIGNS


def test_there_are_22_needs_6_signs_16_boxes_and_8_groups() -> None:
    assert (len(NEEDS), len(SIGNS), len(BOXES), len(GROUPS)) == (22, 6, 16, 8)
    assert [box.number for box in BOXES] == list(range(1, 17))


def test_every_need_has_a_box_and_exactly_one_group() -> None:
    assert {code for box in BOXES for code in box.needs} == set(NEED_BY_CODE)
    assert sorted(code for group in GROUPS for code in group.needs) == sorted(NEED_BY_CODE)


def test_every_sign_leads_to_needs_that_exist() -> None:
    assert {code for sign in SIGNS for code in (sign.need, *sign.instead)} <= NEED_BY_CODE.keys()

"""自分のサインイン: by what somebody signs in, where they are signed in now, and what happened to their account."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from admin.auth import go
from admin.entering import leave, site_of_house, write_own
from admin.policy import OwnVisit
from desk.people import factors, happenings, queries, service

router = APIRouter()

_Which = Annotated[str, Form(pattern="^([0-9a-f]{32}|others|all)$")]
# How somebody signed in (`sign_in.method`), and what happened to an account, for its owner.
_METHODS = {
    "passkey": "指や顔",
    "totp": "パスワードと数字",
    "recovery": "パスワードと回復コード",
    "link": "1回だけのリンク",
}
_HAPPENED = {
    "sign_in": "サインインしました",
    "sign_in_failed": "サインインできませんでした（まちがい）",
    "proof_failed": "確かめられませんでした（まちがい）",
    "factor_added": "サインインの方法を加えました",
    "factor_removed": "サインインの方法をやめました",
    "begun_anew": "新しいリンクが出て、はじめからになりました",
    "role_changed": "役割が変わりました",
}


@router.get("/sign-ins")
def show_own(visit: OwnVisit) -> Response:
    """Everything about their own way in."""
    with visit.house.database.reading() as db:
        has = factors.factors_of(db, visit.viewer.id)
        sign_ins = queries.own_sign_ins(db, account_id=visit.viewer.id, now=visit.now)
        happened = happenings.latest(db, account_id=visit.viewer.id)
    return visit.page(
        "own_sign_ins.html",
        has=has,
        keys=site_of_house(visit.house) is not None,
        sign_ins=sign_ins,
        here=visit.sign_in_id,
        happened=[(each.at, _HAPPENED[each.act]) for each in happened],
        methods=_METHODS,
    )


@router.post("/sign-ins/end")
def end(visit: OwnVisit, which: _Which = "others") -> Response:
    """Ends one by its id, the `others`, or `all` with this one."""
    mine = visit.viewer.id
    with visit.house.database.transaction() as db:
        if which == "all":
            service.end_sign_ins(db, account_id=mine, now=visit.now)
        elif which == "others":
            service.end_sign_ins(db, account_id=mine, but=visit.sign_in_id, now=visit.now)
        else:
            service.end_sign_in(db, account_id=mine, sign_in_id=which, now=visit.now)
        write_own(db, visit, "sign_ins_ended")
    if which in ("all", visit.sign_in_id):
        return leave(go("/sign-in", done="signed_out"), visit.house)
    return go("/sign-ins", done="sign_ins_ended")

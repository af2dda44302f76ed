"""An act that wants all factors shown anew: what was being done waits, with all that was typed, and goes on after."""

from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.auth import PREFIX, ProofNeeded, address_to_ask_again, house_of
from admin.entering import inside, site_of_house
from admin.view import render
from desk.people.factors import factors_of
from desk.people.queries import SignInRow


async def lead_to_proof(request: Request, fault: Exception) -> Response:
    """A page is come back to by its address; a form is kept in the page that asks. A file has to be chosen again."""
    assert isinstance(fault, ProofNeeded)
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method in ("GET", "HEAD"):
        return RedirectResponse(f"{PREFIX}/prove?next={quote(address)}", status_code=303)
    fields = [
        (name, value)
        for name, value in (await request.form()).multi_items()
        if not isinstance(value, UploadFile)
    ]
    return ask(request, fault.sign_in, then=address, form=urlencode(fields), errors={})


def ask(
    request: Request, sign_in: SignInRow, *, then: str, form: str | None, errors: dict[str, str]
) -> Response:
    """The page that asks; `then`: where it goes on, `form`: what was being sent there, None for a page to look at."""
    house = house_of(request)
    with house.database.reading() as db:
        has = factors_of(db, sign_in.account.id)
    facts = {
        "has": has,
        "keys": bool(has.keys) and site_of_house(house) is not None,
        "then": inside(then),
        "form": form,
        "errors": errors,
        "shared": sign_in.shared,
        "done": "",
        "ask_again": address_to_ask_again(request),
    }
    status = 422 if errors else 200
    return render("prove.html", viewer=sign_in.account, path=request.url.path, facts=facts, status=status)


def readable(form: str) -> str:
    """The form as it came, before anything is spent for it; raises ValueError where it has too many fields."""
    fields_of(form)
    return form


def fields_of(form: str) -> list[tuple[str, str]]:
    """What was being sent, field by field."""
    return parse_qsl(form, keep_blank_values=True, max_num_fields=1000)

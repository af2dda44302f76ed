"""The only file that knows WebAuthn: keys in telephones and tablets, opened by a finger, a face or the device's code.

Every answer names the challenge it was made for; whatever comes of it, that challenge is spent. So nothing here raises:
what cannot be believed is None, and the transaction that spent the challenge is kept. Loaded with the first key that is
asked for: the library takes a tenth of a second.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from desk.database import insert_or_ignore, new_id
from desk.people.challenges import Challenge, Purpose, pose, spend
from desk.people.factors import KeyRow
from desk.people.queries import AccountRow
from desk.people.rules import CHALLENGE_LASTS
from desk.people.site import Site
from desk.tables.people import account, passkey

_HOUSE = "とまりぎ"
_VERIFIED = UserVerificationRequirement.REQUIRED
_MILLISECONDS = int(CHALLENGE_LASTS.total_seconds() * 1000)
_LONGEST_NAME = 40
# What an answer that is not one may set off in the library: it says of none that it is all.
_NOT_AN_ANSWER = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError)


def ask_for_new(
    db: Connection, site: Site, *, owner: AccountRow, keys: tuple[KeyRow, ...], real: datetime
) -> str:
    """What a browser needs to make a key that this account does not have yet, as JSON."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=_HOUSE,
        user_id=owner.id.encode(),
        user_name=f"職員番号 {owner.number}",
        user_display_name=f"職員番号 {owner.number}",
        timeout=_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[_known(key) for key in keys],
    )
    posed = bytes_to_base64url(options.challenge)
    pose(db, purpose="enrol", account_id=owner.id, token=posed, real=real)
    return options_to_json(options)


def keep_new(
    db: Connection, site: Site, *, account_id: str, answer: str, name: str, now: datetime, real: datetime
) -> str | None:
    """Keeps the key a browser made; its id, or None where it cannot be believed."""
    try:
        credential = parse_registration_credential_json(answer)
        posed = _posed(db, credential.response.client_data_json, "enrol", real)
        if posed is None or posed.account_id != account_id:
            return None
        made = verify_registration_response(
            credential=credential,
            expected_challenge=_challenge_in(credential.response.client_data_json),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _NOT_AN_ANSWER:
        return None
    row = {
        "id": new_id(),
        "account_id": account_id,
        "credential": bytes_to_base64url(made.credential_id),
        "public_key": bytes_to_base64url(made.credential_public_key),
        "sign_count": made.sign_count,
        "name": name[:_LONGEST_NAME],
        "made_at": now,
    }
    return str(row["id"]) if insert_or_ignore(db, passkey, [row]) else None


def ask(
    db: Connection,
    site: Site,
    *,
    purpose: Purpose,
    account_id: str | None = None,
    keys: tuple[KeyRow, ...] = (),
    real: datetime,
) -> str:
    """What a browser needs to answer with a key, as JSON; without `keys` the device itself knows whose it is."""
    options = generate_authentication_options(
        rp_id=site.host,
        timeout=_MILLISECONDS,
        allow_credentials=[_known(key) for key in keys],
        user_verification=_VERIFIED,
    )
    posed = bytes_to_base64url(options.challenge)
    pose(db, purpose=purpose, account_id=account_id, token=posed, real=real)
    return options_to_json(options)


def who_answers(
    db: Connection, site: Site, *, purpose: Purpose, answer: str, now: datetime, real: datetime
) -> str | None:
    """Whose key answered; None where it is not ours, was copied, or answers what nobody asked."""
    try:
        credential = parse_authentication_credential_json(answer)
        posed = _posed(db, credential.response.client_data_json, purpose, real)
        key = _key_of(db, bytes_to_base64url(credential.raw_id))
        if posed is None or key is None or posed.account_id not in (None, key.account_id):
            return None
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=_challenge_in(credential.response.client_data_json),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except _NOT_AN_ANSWER:
        return None
    as_read = (passkey.c.id == key.id) & (passkey.c.sign_count == key.sign_count)
    counted = passkey.update().where(as_read).values(sign_count=shown.new_sign_count, used_at=now)
    return str(key.account_id) if db.execute(counted).rowcount == 1 else None


def _posed(db: Connection, client_data: bytes, purpose: Purpose, real: datetime) -> Challenge | None:
    token = bytes_to_base64url(_challenge_in(client_data))
    return spend(db, token=token, purpose=purpose, real=real)


def _challenge_in(client_data: bytes) -> bytes:
    return parse_client_data_json(client_data).challenge


def _key_of(db: Connection, credential: str) -> Row[str, str, str, int] | None:
    columns = (passkey.c.id, passkey.c.account_id, passkey.c.public_key, passkey.c.sign_count)
    in_use = sa.select(*columns).join(account).where(account.c.disabled_at.is_(None))
    return db.execute(in_use.where(passkey.c.credential == credential)).first()


def _known(key: KeyRow) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential))

"""The program as it is started posts what is due by itself, whoever put it down."""

from pathlib import Path

from desk.clock import Clock
from desk.database import Database
from desk.notices import mails
from desk.notices.rules import ALARM
from desk.people.addresses import keep_mail
from desk.people.service import add_account
from desk.privacy import Vault
from tests.messaging.scene import wait_until
from tests.messaging.test_process import Environment, environment, serving, sim
from tests.notices.post_office import PostOffice

__all__ = ["environment", "sim"]


def test_a_mail_that_is_due_is_sent_by_the_running_program(
    environment: Environment, office: PostOffice
) -> None:
    database = Database(environment["DATABASE_URL"])
    vault, now = Vault.from_file(Path(environment["MASTER_KEY_FILE"])), Clock().real()
    with database.transaction() as db:
        staff, _link = add_account(db, vault, role="staff", desk_id=None, name="佐藤", now=now)
        keep_mail(db, vault, account_id=staff, mail="sato@example.jp")
        mails.put(db, account_id=staff, kind="news", dedupe_key=f"{ALARM}{staff}:1", due_at=now)
    database.close()
    environment["SMTP_URL"] = office.url
    with serving(environment):
        wait_until(lambda: office.to() == ["sato@example.jp"])

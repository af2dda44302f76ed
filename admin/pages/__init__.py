"""One file per page of the panel, and the table of all of them."""

from fastapi import APIRouter

from admin.pages import (
    accounts,
    agencies,
    apart,
    blocking,
    bookings,
    calendar,
    calling,
    clients,
    closures,
    live,
    own_duty,
    parked,
    plan,
    relations,
    reminders,
    roster,
    rules,
    settings,
    sheets,
    sign_in,
    today,
    totals,
    waiting,
    week,
    wishes,
)

PAGES: tuple[APIRouter, ...] = tuple(
    page.router
    for page in (
        sign_in,
        today,
        own_duty,
        week,
        wishes,
        waiting,
        calling,  # before the page of one booking, whose address begins alike
        bookings,
        blocking,
        sheets,
        clients,
        apart,
        relations,
        reminders,
        calendar,
        closures,
        plan,
        rules,
        roster,
        agencies,
        accounts,
        settings,
        totals,
        parked,
        live,
    )
)

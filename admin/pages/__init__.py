"""One file per page of the panel, and the table of all of them."""

from fastapi import APIRouter

from admin.pages import (
    accounts,
    agencies,
    bookings,
    calendar,
    clients,
    live,
    parked,
    roster,
    settings,
    sign_in,
    today,
    totals,
    week,
)

PAGES: tuple[APIRouter, ...] = tuple(
    page.router
    for page in (
        sign_in,
        today,
        week,
        bookings,
        clients,
        calendar,
        roster,
        agencies,
        accounts,
        settings,
        totals,
        parked,
        live,
    )
)

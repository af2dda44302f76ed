"""Closing or moving a day after people have booked, and the ledger of who has been reached."""

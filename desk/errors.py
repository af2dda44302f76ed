"""Everything the desk may refuse, under one root; the words a person reads are chosen in bot and admin."""


class DeskError(Exception):
    """The desk cannot do what was asked; the message is for the log and holds no personal data."""


class SlotTaken(DeskError):
    """Somebody else holds or has booked the slot."""


class AlreadyBooked(DeskError):
    """The person already has a live booking; one is allowed at a time."""


class HoldGone(DeskError):
    """The hold ran out and the slot went to somebody else."""


class NoSuchBooking(DeskError):
    """The booking is not there, not the person's own, or no longer in a state that allows this."""


class NoSuchWish(DeskError):
    """The wish is not there, settled, or has a place held for it already."""


class SessionClosed(DeskError):
    """The session takes no bookings: closed, past, or after its closing time."""


class PersonGone(DeskError):
    """The person was erased: nothing may be kept of them any more."""


class AccountMoved(DeskError):
    """While this waited, staff linked the LINE account to somebody else: begin anew, and it is found with them."""


class ConsentMissing(DeskError):
    """Nothing may be kept before the person has agreed to it."""


class WayNotAgreed(DeskError):
    """The person may not be followed up that way: no number was left, or nobody may turn to their home."""


class WrongCalendar(DeskError):
    """A date, a rule or an exception contradicts another; `fault` is a word for it that the panel makes a sentence of."""

    def __init__(self, message: str, fault: str = "other") -> None:
        super().__init__(message)
        self.fault = fault


class WrongRoster(DeskError):
    """An officer cannot sit there, or not be away then; `why` is one of the words of `desk/roster/rules.py`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class LinkSpent(DeskError):
    """A one-time link was used before, or its time has run out."""


class SignInRefused(DeskError):
    """The number or the password is wrong, or too many tries were made."""


class Forbidden(DeskError):
    """The account's role or scope does not allow this."""


class Unreadable(DeskError):
    """A sealed value cannot be opened: wrong key, wrong place, or damaged."""


class WrongSettings(DeskError):
    """Settings are missing or unsafe; `faults` lists all of them, one sentence each with its mend."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults

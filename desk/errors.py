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


class SessionClosed(DeskError):
    """The session takes no bookings: closed, past, or after its closing time."""


class ConsentMissing(DeskError):
    """Nothing may be kept before the person has agreed to it."""


class WrongCalendar(DeskError):
    """A date, a rule or an exception contradicts another; the message says which."""


class WrongRoster(DeskError):
    """An officer cannot sit there: taken seat, other desk on the same day, or not an officer."""


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

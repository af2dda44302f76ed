"""What went wrong between LINE and us, in one line each, with the mend. `docs/手引き` explains each line in Japanese."""

from bot.line import LineFault, WebhookTest

_CONSOLE = "the LINE Developers console"
#: What LINE answered, or 0 for nothing.
FAULTS = {
    0: "LINE: not reached; look whether this machine is on the network, then try again",
    401: f"LINE_CHANNEL_ACCESS_TOKEN: LINE does not know it; issue a new one in {_CONSOLE}, Messaging API",
    403: f"LINE: this account may not do that; look at its state in {_CONSOLE}",
    429: "LINE: asked too often; wait an hour, then try again",
}
_IN_TROUBLE = "LINE: has trouble of its own (HTTP {status}); try again in some minutes"
_REFUSED = "LINE: refused what we sent (HTTP {status}); tell those who write this program"
#: What LINE saw at our address, by its own word or by the status it got from there.
SEEN_AT_WEBHOOK = {
    "COULD_NOT_CONNECT": "LINE cannot reach it; start `tomarigi all`, and see that the https certificate is valid",
    "REQUEST_TIMEOUT": "LINE waited in vain; see whether `tomarigi all` runs and what stands in front of it",
    "400": "our program does not know LINE's signature; mend LINE_CHANNEL_SECRET, from the same channel",
    "404": "something else answers there; PUBLIC_BASE_URL must lead to this program",
}
_SEEN_OTHERWISE = "LINE got the answer {what}; start `tomarigi all`, and look at what stands in front of it"
ADDRESS_REFUSED = (
    "PUBLIC_BASE_URL: LINE does not take it; it must be an https address that is reached from outside"
)


def mend_of(fault: LineFault) -> str:
    """What the operator can do about something LINE did not do."""
    if fault.status >= 500:
        return _IN_TROUBLE.format(status=fault.status)
    return FAULTS.get(fault.status, _REFUSED.format(status=fault.status))


def mend_of_webhook(seen: WebhookTest, address: str) -> str:
    """What the operator can do so that LINE reaches us."""
    by_status = SEEN_AT_WEBHOOK.get(str(seen.status))
    said = by_status or SEEN_AT_WEBHOOK.get(seen.reason)
    return f"webhook {address}: {said or _SEEN_OTHERWISE.format(what=seen.status or seen.reason)}"

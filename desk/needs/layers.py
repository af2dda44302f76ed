"""How the two layers come to one answer: what the rules found, and what was learned, about one stretch of text.

Measured on writers the model had not seen (docs/decisions/0011-learned-layer.md): the learned score decides, for
the rules' own findings are among what it weighs. But where the rules find a danger named in so many words it is
never passed over in silence: said, it is an alarm unless the score speaks against it; denied or long past, it is
at least asked about.
"""

from desk.needs.codes import NEEDS, SIGNS, UrgentSign
from desk.needs.learned import Weighing
from desk.needs.rules import Findings, Span
from desk.needs.tagging import Level

# Danger of any kind lifts the scores of all signs: one that lies so far below the strongest is not meant.
_TOO_FAR_BELOW = 4.0


def join(findings: Findings, weighing: Weighing) -> Findings:
    """One answer; its evidence is that of the rules where they have any."""
    joined = Findings()
    for need in NEEDS:
        if weighing.scores[need.code] > 0:
            evidence = findings.needs.get(need.code) or weighing.strongest(need.code)
            joined.needs[need.code] |= evidence
    strongest = max(weighing.scores[sign.code] for sign in SIGNS)
    for sign in SIGNS:
        level = _level(sign, findings, weighing, strongest)
        if level is None:
            continue
        found = findings.alarms.get(sign.code, set()) | findings.checks.get(sign.code, set())
        _add_sign(joined, sign, level, found or weighing.strongest(sign.code))
    return joined


def _level(sign: UrgentSign, findings: Findings, weighing: Weighing, strongest: float) -> Level | None:
    score = weighing.scores[sign.code]
    meant = score > max(0.0, strongest - _TOO_FAR_BELOW)
    outright = bool(findings.outright.get(sign.code))
    said = outright and bool(findings.alarms.get(sign.code))
    if (said and score > 0.0) or (meant and score > weighing.model.alarm_at[sign.code]):
        return "alarm"
    return "check" if outright or meant else None


def _add_sign(joined: Findings, sign: UrgentSign, level: Level, evidence: set[Span]) -> None:
    """An alarm comes with its need, unless another one explains it already."""
    if level == "check":
        joined.checks[sign.code] |= evidence
        return
    joined.alarms[sign.code] |= evidence
    if not any(joined.needs.get(code) for code in (sign.need, *sign.instead)):
        joined.needs[sign.need] |= evidence

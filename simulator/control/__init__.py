"""The control interface: what tests and the phone page order the simulated people and faults by."""

from functools import partial

from starlette.routing import Route

from simulator.control import conditions, people, records
from simulator.control.doors import Bench, enter

__all__ = ["Bench", "routes"]


def routes(bench: Bench) -> list[Route]:
    """Every request of the control interface."""
    doors = [*people.DOORS, *conditions.DOORS, *records.DOORS]
    return [Route(path, partial(enter, bench, door), methods=[method]) for method, path, door in doors]

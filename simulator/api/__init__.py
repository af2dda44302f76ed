"""LINE's Messaging API, both of its hosts in one."""

from simulator.api.gate import routes

__all__ = ["routes"]

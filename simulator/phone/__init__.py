"""The phone page: several people's chats side by side in a browser, live."""

from simulator.phone.pages import routes

__all__ = ["routes"]

"""LINE's published limits on what a bot may send, each in LINE's own unit of length."""

from simulator.limits.messages import check_messages
from simulator.limits.richmenu import check_rich_menu

__all__ = ["check_messages", "check_rich_menu"]

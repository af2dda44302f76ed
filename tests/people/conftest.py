"""The scene of the panel, for what lies under it."""

from tests.panel.conftest import now, scene, signals

__all__ = ["now", "scene", "signals"]

"""The desk of the panel's stories, on the evening on which they book."""

from tests.panel.conftest import now, scene, signals

__all__ = ["now", "scene", "signals"]

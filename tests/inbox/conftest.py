"""The desk of the panel's tests, on the evening on which people book."""

from tests.panel.conftest import now, scene, signals

__all__ = ["now", "scene", "signals"]

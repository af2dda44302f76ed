"""The desk as the panel's tests know it, for what its supervisor does."""

from tests.panel.conftest import scene, signals

__all__ = ["scene", "signals"]

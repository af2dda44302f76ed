"""The one question after a visit, and the figures that come of it."""

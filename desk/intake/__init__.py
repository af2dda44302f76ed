"""The questions before the visit, the needs of a person, and signs of danger."""

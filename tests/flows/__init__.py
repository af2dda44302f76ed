"""The pure engine, on a toy flow, and how replies are understood."""

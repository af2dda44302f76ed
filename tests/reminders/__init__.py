"""Reminders as each person chose: messages that tell nothing, a call by staff, a file for a calendar, or none."""

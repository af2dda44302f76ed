"""Notices to officers and staff, and the mails that say there are some."""

"""Notices to officers and staff: what changed, who has seen it, and when somebody must tell them by telephone."""

"""The stories of who is on duty."""

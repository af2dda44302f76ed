"""Puts the parts together: the commands, the two processes, the sample and the demo."""

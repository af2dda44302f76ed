"""Setting LINE up: the command, the doctor, the menus, and the guide for who does it."""

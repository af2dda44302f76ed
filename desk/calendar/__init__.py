"""When and where the desk is open: rules, exceptions, holidays, sessions and their slots."""

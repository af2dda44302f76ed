"""Who looked at what, what the log shows of it, and what an audit is handed."""

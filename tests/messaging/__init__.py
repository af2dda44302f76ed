"""The durable path: webhook, inbox, outbox, and the processes that work on them."""

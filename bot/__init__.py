"""The client's side: what comes from LINE, what is asked and said, and what happens by the clock."""

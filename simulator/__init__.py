"""A stand-in for LINE's platform as a bot sees it, with a phone page to type into."""

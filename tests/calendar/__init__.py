"""The stories of rules, sessions and the printed calendar."""

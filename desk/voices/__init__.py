"""来たあとの声: one short question after a visit, answered or not, and counted without a name."""

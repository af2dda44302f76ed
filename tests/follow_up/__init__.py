"""Plans after a visit: asked once, put off, answered, ended; and a whole year of them."""

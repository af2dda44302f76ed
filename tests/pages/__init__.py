"""The private pages: opened, answered, mended, left."""

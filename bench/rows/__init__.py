"""The rows of the table: each file measures one or two of them, and checks first that nothing was lost."""

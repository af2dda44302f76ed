"""Officers and staff: their accounts, how they sign in, and what each role may do and see."""

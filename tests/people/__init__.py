"""Accounts, sign-ins, notices and agencies."""

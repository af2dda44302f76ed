"""The numbers a person in danger can reach now, kept as data with source and date."""

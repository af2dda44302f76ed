"""Journeys: what a client and an officer do and see, through real HTTP, with signed events and a stand-in for LINE."""

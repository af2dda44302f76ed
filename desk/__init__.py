"""The consultation desk itself: what the bot and the panel share."""

"""The stories of holding, booking and changing, and the races."""

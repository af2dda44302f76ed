"""Who comes when: holds, bookings, moves, cancellations, outcomes and reminders."""

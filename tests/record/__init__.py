"""What people agreed to and what is kept of them: seen, taken along, corrected, taken back, erased."""

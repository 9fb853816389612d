"""When a hotline is open and who is on duty: hours of the plan at a moment, the Chinese working calendar."""

"""What waits for a person, ordered by the nearest limit."""

"""What cases, measures and inspections ask to be visited by a legal day, told to the patrols."""

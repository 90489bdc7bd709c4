"""The yearly statistics for higher levels, kept as reported, and a feed of plain counts."""

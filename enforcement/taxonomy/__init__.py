"""What incidents a county counts, how long they may last and who is called: its own editions."""

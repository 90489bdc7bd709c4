"""Time: calendars of working days, limits as a county counts them, the clock of a case."""

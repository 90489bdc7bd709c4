"""Indicators of the county's work: figures by day, place, unit and matter, with their rows."""

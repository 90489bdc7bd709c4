"""Spreadsheets of the county's own lists: read, checked, planned, written; knows no slice."""

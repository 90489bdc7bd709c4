"""Proof of patrols: check-ins, visits, coverage, late points, what a person has to judge."""

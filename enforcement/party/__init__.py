"""Parties (当事人) across cases: found, corrected, merged by decision, their consent to service."""

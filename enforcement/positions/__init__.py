"""Positions of people and vehicles on duty: devices, what they send, where they are, tracks."""

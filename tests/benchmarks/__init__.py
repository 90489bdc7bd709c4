"""Measurements: each says its median and range over several windows, and ratios of one run."""

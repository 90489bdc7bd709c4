"""Inspections of enterprises (行政检查): announced, counted, recorded, published."""

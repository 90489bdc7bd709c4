"""The trail (审计留痕): who did what, in a chain of hashes that shows what was touched."""

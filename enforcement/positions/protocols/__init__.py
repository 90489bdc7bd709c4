"""What devices say, decoded: standard library only, no database."""

"""A county's benchmarks of discretion (裁量基准) by editions, and what they allow in a case."""

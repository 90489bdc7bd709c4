"""The process that terminals of JT/T 808 talk to: asyncio, psycopg 3, no Flask."""

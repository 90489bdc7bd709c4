"""JT/T 808-2013 and 2019: terminals of vehicles and on the body, over TCP."""

"""Running the platform (平台运行): is it well, what waits for the worker, what was given up."""

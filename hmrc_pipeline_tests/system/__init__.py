"""The product as a whole: real commands, real processes, real servers. What one wing does alone is tested beside it."""

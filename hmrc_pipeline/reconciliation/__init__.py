"""Compare the sources of a tax year, find why they differ, say what to do."""

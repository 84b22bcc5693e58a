"""Faults planted in made-up person-years, and whether explaining them names each with its exact amounts."""

"""Honest stand-ins for the world outside, and makers of samples: for `demo`, for tests, and to try things out.

Nobody and nothing in here exists. What the product does with documents and answers belongs to the other wings.
"""

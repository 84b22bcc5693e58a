"""What goes wrong and can be mended by the person in front of it."""

__all__ = ["Problem"]


class Problem(Exception):
    """One plain sentence that says what happened, where, and what to do. Never personal data or a secret.

    The command prints it and exits with 2, the web application answers 4xx, a run fails with it.
    """

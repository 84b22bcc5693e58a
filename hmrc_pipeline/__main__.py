"""`python -m hmrc_pipeline` and `hmrc-pipeline` are the same command."""

from hmrc_pipeline.cli import run


def main() -> None:
    """Run the command line; exits with its code."""
    run()


if __name__ == "__main__":
    main()

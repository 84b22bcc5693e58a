"""Homes with the tables as they are declared."""

from hmrc_pipeline_tests.reconciliation.conftest import fresh

__all__ = ["fresh"]

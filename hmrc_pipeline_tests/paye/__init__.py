"""Tests of `hmrc_pipeline.paye`."""

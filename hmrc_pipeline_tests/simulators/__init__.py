"""Tests of `hmrc_pipeline.simulators`."""

"""What Dagster loads: `defs`. Wiring is in `hmrc_pipeline.pipeline.build`."""

from hmrc_pipeline.pipeline.build import build_definitions

defs = build_definitions()

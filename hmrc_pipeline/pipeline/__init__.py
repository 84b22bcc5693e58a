"""Everything Dagster: partitions, resources, assets, checks, jobs, schedules, sensors and their assembly.

Orchestration only: no arithmetic and no SQL. An asset is about fifteen lines that call a wing.
"""

"""hmrc-pipeline: do your payslips, your P60 and HMRC agree, and if not, why?

Nothing is wired here. Dagster loads `hmrc_pipeline.definitions`; the command is `hmrc_pipeline.cli`.
"""

__version__ = "0.1.0"

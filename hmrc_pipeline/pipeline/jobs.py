"""The jobs: what sensors, schedules and people start."""

import dagster as dg

__all__ = ["ASKING_TAG", "INTAKE_TAG", "ask_hmrc", "read_documents", "reconcile_tax_year"]

INTAKE_TAG = "hmrc_pipeline/intake"
"""Every run that takes in documents carries it; one of them runs at a time."""

ASKING_TAG = "hmrc_pipeline/asking"
"""Every run that asks HMRC carries it; one of them runs at a time, and the others take no place in the meantime."""

_A_DAY = {"dagster/max_runtime": str(24 * 3600)}  # ten thousand people at three questions a second take hours

read_documents = dg.define_asset_job(
    "read_documents",
    selection=["documents", "document_readings", "paperless_reviews"],
    description="Take in what is new, changed or gone in the sources, and read new contents.",
    tags={INTAKE_TAG: "yes"},
)

reconcile_tax_year = dg.define_asset_job(
    "reconcile_tax_year",
    selection=[
        *("payslip_extracts", "p60_references", "reconciliation", "reconciliation_report"),
        *("paperless_annotations", "tax_years_overview"),
    ],
    description="Compare payslips, P60s and HMRC's figures of one tax year and find the causes of differences.",
)

ask_hmrc = dg.define_asset_job(
    "ask_hmrc",
    selection=["hmrc_annual_summaries"],
    description="Ask HMRC for one tax year, for everyone for whom there can be an answer.",
    tags={ASKING_TAG: "yes", **_A_DAY},
)

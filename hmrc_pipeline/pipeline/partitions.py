"""The partitions: tax years, keys like `2024-25`.

Static, because no time window of Dagster's can carry this key; the price is that a new tax year appears when
the code location is loaded again after 5 April (`hmrc-pipeline up` does so by itself). A person, an employer
or a document is never a partition: they are columns.
"""

from datetime import datetime

import dagster as dg

from hmrc_pipeline.tax_year import TaxYear

__all__ = ["tax_year_of", "tax_years"]


def tax_years(first: TaxYear, now: datetime) -> dg.StaticPartitionsDefinition:
    """Every tax year from `first` to the one of `now`."""
    current = TaxYear.current(now)
    if first > current:
        raise ValueError(f"HMRC_PIPELINE_FIRST_TAX_YEAR is {first}, which has not begun")
    return dg.StaticPartitionsDefinition([year.label for year in TaxYear.span(first, current)])


def tax_year_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> TaxYear:
    """The tax year this step works on."""
    return TaxYear.parse(context.partition_key)

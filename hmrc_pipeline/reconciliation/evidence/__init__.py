"""What to send: a tax year's differences as a letter, tables, pages with the figures marked, and hashes.

What differs and why is told by the results; here it is only put on paper, whole for the person, redacted for an
employer.
"""

from hmrc_pipeline.reconciliation.evidence.pack import Audience, NothingToShow
from hmrc_pipeline.reconciliation.evidence.write import write_evidence

__all__ = ["Audience", "NothingToShow", "write_evidence"]

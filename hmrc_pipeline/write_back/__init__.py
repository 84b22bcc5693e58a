"""What reconciliation found, written to the documents in Paperless: only what the user asked for, and only once.

What is to be written is decided in `wanted` and `held`, writing it in `write`. How Paperless is asked belongs to
`documents`.
"""

from hmrc_pipeline.write_back.wanted import STATUS_TAGS, Wanted, wanted_of
from hmrc_pipeline.write_back.write import WriteBackCounts, write_back

__all__ = ["STATUS_TAGS", "Wanted", "WriteBackCounts", "wanted_of", "write_back"]

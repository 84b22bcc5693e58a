"""What a P60 is to a tax year; readings become P60s, and of several with the same figures one counts."""

from hmrc_pipeline.p60s.choose import P60Counts, choose_p60s
from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.p60s.store import p60s_of

__all__ = ["P60", "P60Counts", "choose_p60s", "p60s_of"]

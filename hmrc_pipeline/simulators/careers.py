"""Made-up careers in one place: the demo's, and seeded ones for tests.

Only names gathered from `career`, `demo_life` and `seeded_life` stand here.
"""

from hmrc_pipeline.simulators.career import Career, PaidEmployment, PaidYear, as_hmrc_json, payday
from hmrc_pipeline.simulators.demo_life import demo_career
from hmrc_pipeline.simulators.seeded_life import career

__all__ = ["Career", "PaidEmployment", "PaidYear", "as_hmrc_json", "career", "demo_career", "payday"]

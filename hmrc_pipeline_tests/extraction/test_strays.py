"""Where labels cannot be followed, figures are doubted: with no rule for the layout still none is wrong unseen."""

import random
from collections.abc import Iterator

import pytest

from hmrc_pipeline.extraction import entries, read_pdf, rows
from hmrc_pipeline.extraction.paired_amounts import paired_entries
from hmrc_pipeline.extraction.timed import timed_entries
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.drawing import Overprint
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline_tests.extraction.scoring import scored


def slips(layout: str, seeds: range) -> Iterator[Sample]:
    for seed in seeds:
        slip = random.Random(seed).choice(list(career(seed).slips))
        try:
            yield make_payslip(slip, layout=layout, style=Style.seeded(seed))
        except Overprint:
            continue


@pytest.mark.parametrize("layout", ["web_print", "mailer", "credit_debit"])
@pytest.mark.parametrize("blind", [True, False])
def test_the_year_is_never_silently_taken_for_the_period_or_a_neighbour(
    layout: str, blind: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`blind`: without the rules for pairs, captions of time and captions between columns the doubts hold alone."""
    if blind:
        left = tuple(form for form in entries.FORMS if form not in (paired_entries, timed_entries))
        monkeypatch.setattr(entries, "FORMS", left)
        monkeypatch.setattr(rows, "between", lambda groups, bare, headings: [])
    score = scored(slips(layout, range(9_000, 9_024)))
    assert score.all["documents"] >= 15
    assert score.silent == []
    if blind:
        assert score.share_in_review() > 0


def test_a_lone_amount_under_a_title_of_its_own_may_be_the_years() -> None:
    """Shares of an earlier month: printed in the year's column alone, below the titles of two later blocks."""
    style = Style.seeded(92_003)
    drawn = [make_payslip(slip, layout="headed_totals", style=style) for slip in career(92_003).slips]
    lone = [s for s in drawn if "ytd_rsu_gross" in s.fields and "rsu_gross" not in s.fields]
    assert lone
    for sample in lone:
        [read] = read_pdf(sample.content).documents
        claimed = {name for name in ("rsu_gross", "ytd_rsu_gross") if read.value(name) is not None}
        assert claimed == {"ytd_rsu_gross"} or any("may be the year's" in why for why in read.review_reasons)

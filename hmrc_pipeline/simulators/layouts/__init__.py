"""The payslip layouts: one module each, none taken from a real vendor, each as different as vendors are.

A layout says where things stand; how amounts and dates are spelt is the style's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from hmrc_pipeline.simulators.drawing import Sheet
from hmrc_pipeline.simulators.layouts import (
    adp,
    agency,
    barred_print,
    credit_debit,
    enterprise,
    figures_first,
    grid,
    headed_totals,
    inner_outer,
    ledger,
    letter,
    line_print,
    mailer,
    newspaper,
    pocket,
    register,
    sealed_form,
    side_by_side,
    side_totals,
    sidebar,
    single_list,
    statement,
    strip,
    tabular,
    tiles,
    town_hall,
    two_boxes,
    two_pages,
    two_tongues,
    two_up,
    umbrella,
    wage_types,
    ward,
    web_print,
    worksheet,
)
from hmrc_pipeline.simulators.layouts.view import SlipView, Words
from hmrc_pipeline.simulators.style import Style

__all__ = ["LAYOUTS", "Group", "Layout", "SlipView", "layouts_of"]

Group = Literal["everyday", "tryout", "held_back"]


@dataclass(frozen=True)
class Layout:
    """How one payroll's slips look. `always` are habits the layout forces on any style,
    `slots` where on a page its slips begin.

    `group` says what it is for: `everyday` layouts are those made-up careers are drawn in; a reader of payslips may
    be bettered by looking at `tryout`; `held_back` only ever judges it, so that some stay unseen.
    """

    name: str
    size: tuple[float, float]
    draw: Callable[[Sheet, SlipView], None]
    words: Words
    always: Mapping[str, object] = field(default_factory=dict)
    slots: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
    group: Group = "everyday"

    def dress(self, style: Style) -> Style:
        """The style with this layout's own habits."""
        return style.but(**self.always)


_ADP = {"font": "courier", "scale": 1.0, "pound": False, "ligatures": False}

_WHOLE = {"employer_in_deductions": False}
_MINUS = _WHOLE | {"negative": "leading", "net_label": True}
_TOTALS = _WHOLE | {"carry": False, "net_label": True}
_HEADED = _WHOLE | {"net_label": True}
_BARRED = _ADP | {"carry": False}
_CODED = _TOTALS | {"negative": "trailing", "pound": False}
_TONGUES = _WHOLE | {"carry": False}
_SEALED = _ADP | {"font": "helvetica", "figures": "courier", "carry": False}
_LEDGER = _WHOLE | {"carry": False, "negative": "parentheses"}

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("single_list", single_list.SIZE, single_list.draw, single_list.WORDS),
        Layout("side_by_side", side_by_side.SIZE, side_by_side.draw, side_by_side.WORDS, {"carry": False}),
        Layout("grid", grid.SIZE, grid.draw, grid.WORDS, {"carry": False}),
        Layout("adp", adp.SIZE, adp.draw, adp.WORDS, _ADP | {"carry": False}),
        Layout("statement", statement.SIZE, statement.draw, statement.WORDS, _WHOLE),
        Layout("ledger", ledger.SIZE, ledger.draw, ledger.WORDS, {"carry": False}),
        Layout("ward", ward.SIZE, ward.draw, ward.WORDS, {"carry": False}),
        Layout("two_up", two_up.SIZE, two_up.draw, two_up.WORDS, {"carry": False}, two_up.SLOTS),
        Layout("agency", agency.SIZE, agency.draw, agency.WORDS, {"carry": False}),
        Layout("line_print", line_print.SIZE, line_print.draw, line_print.WORDS),
        Layout("two_pages", two_pages.SIZE, two_pages.draw, two_pages.WORDS, {"carry": False}),
        Layout("pocket", pocket.SIZE, pocket.draw, pocket.WORDS, {"carry": False, "rotate": False}),
        Layout("strip", strip.SIZE, strip.draw, strip.WORDS, {"carry": False}),
        Layout("sidebar", sidebar.SIZE, sidebar.draw, sidebar.WORDS, {"carry": False}),
        Layout("enterprise", enterprise.SIZE, enterprise.draw, enterprise.WORDS),
        Layout("umbrella", umbrella.SIZE, umbrella.draw, umbrella.WORDS, _LEDGER, group="tryout"),
        Layout("tiles", tiles.SIZE, tiles.draw, tiles.WORDS, {"net_label": True}, group="tryout"),
        Layout("town_hall", town_hall.SIZE, town_hall.draw, town_hall.WORDS, _WHOLE, group="tryout"),
        Layout("web_print", web_print.SIZE, web_print.draw, web_print.WORDS, _MINUS, group="tryout"),
        Layout("credit_debit", credit_debit.SIZE, credit_debit.draw, credit_debit.WORDS, _WHOLE, group="tryout"),
        Layout("mailer", mailer.SIZE, mailer.draw, mailer.WORDS, {"carry": False}, group="tryout"),
        Layout("two_boxes", two_boxes.SIZE, two_boxes.draw, two_boxes.WORDS, {"carry": False}, group="tryout"),
        Layout("tabular", tabular.SIZE, tabular.draw, tabular.WORDS, _WHOLE, group="held_back"),
        Layout("side_totals", side_totals.SIZE, side_totals.draw, side_totals.WORDS, _TOTALS, group="held_back"),
        Layout("barred_print", barred_print.SIZE, barred_print.draw, barred_print.WORDS, _BARRED, group="tryout"),
        Layout(
            "headed_totals", headed_totals.SIZE, headed_totals.draw, headed_totals.WORDS, _HEADED, group="held_back"
        ),
        Layout("inner_outer", inner_outer.SIZE, inner_outer.draw, inner_outer.WORDS, _TOTALS, group="tryout"),
        Layout("register", register.SIZE, register.draw, register.WORDS, _WHOLE, group="tryout"),
        Layout("wage_types", wage_types.SIZE, wage_types.draw, wage_types.WORDS, _CODED, group="tryout"),
        Layout("figures_first", figures_first.SIZE, figures_first.draw, figures_first.WORDS, group="tryout"),
        Layout("two_tongues", two_tongues.SIZE, two_tongues.draw, two_tongues.WORDS, _TONGUES, group="tryout"),
        Layout("sealed_form", sealed_form.SIZE, sealed_form.draw, sealed_form.WORDS, _SEALED, group="tryout"),
        Layout("letter", letter.SIZE, letter.draw, letter.WORDS, _HEADED, group="tryout"),
        Layout("worksheet", worksheet.SIZE, worksheet.draw, worksheet.WORDS, _HEADED, group="tryout"),
        Layout("newspaper", newspaper.SIZE, newspaper.draw, newspaper.WORDS, _MINUS, group="tryout"),
    )
}


def layouts_of(group: Group) -> tuple[str, ...]:
    """The names of a group's layouts."""
    return tuple(name for name, layout in LAYOUTS.items() if layout.group == group)

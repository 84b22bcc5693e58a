"""The payslip layouts: one module each, none taken from a real vendor, each as different as vendors are.

A layout says where things stand; how amounts and dates are spelt is the style's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hmrc_pipeline.simulators.drawing import Sheet
from hmrc_pipeline.simulators.layouts import adp, grid, side_by_side, single_list
from hmrc_pipeline.simulators.layouts.view import SlipView, Words
from hmrc_pipeline.simulators.style import Style

__all__ = ["LAYOUTS", "Layout", "SlipView"]


@dataclass(frozen=True)
class Layout:
    """How one payroll's slips look. `always` are habits the layout forces on any style."""

    name: str
    size: tuple[float, float]
    draw: Callable[[Sheet, SlipView], None]
    words: Words
    always: Mapping[str, object] = field(default_factory=dict)

    def dress(self, style: Style) -> Style:
        """The style with this layout's own habits."""
        return style.but(**self.always)


_ADP = {"font": "courier", "scale": 1.0, "pound": False, "ligatures": False}

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("single_list", single_list.SIZE, single_list.draw, single_list.WORDS),
        Layout("side_by_side", side_by_side.SIZE, side_by_side.draw, side_by_side.WORDS, {"carry": False}),
        Layout("grid", grid.SIZE, grid.draw, grid.WORDS, {"carry": False}),
        Layout("adp", adp.SIZE, adp.draw, adp.WORDS, _ADP | {"carry": False}),
    )
}

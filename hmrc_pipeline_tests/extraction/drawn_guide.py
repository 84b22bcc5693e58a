"""The made-up payslip of docs/layouts.md, in words that no rule and no shipped layout knows.

Draw it again with: python -m hmrc_pipeline_tests.extraction.drawn_guide docs/slip.pdf
"""

import sys
from pathlib import Path

from hmrc_pipeline_tests.extraction.drawn import Sheet

__all__ = ["lantern_slip"]


def lantern_slip() -> bytes:
    """One page, two columns, its net pay in a frame."""
    sheet = Sheet("Helvetica", 9, page=(440, 330))
    sheet.text(30, 40, "Lantern Works Cooperative", size=14, bold=True)
    sheet.right(410, 40, "Your month in numbers", size=10)
    for left, caption, value in (
        (30, "Lit for", "Robin Sample"),
        (130, "State card", "QQ123456C"),
        (220, "Crown code", "1257L"),
        (310, "Sent on", "25/04/2025"),
        (380, "Moon", "1"),
    ):
        sheet.text(left, 68, caption, size=7)
        sheet.text(left, 80, value, bold=True)
    for left, title in ((30, "Lit by you"), (230, "Handed on")):
        sheet.text(left, 112, title, size=10, bold=True)
        sheet.right(left + 120, 112, "This moon", size=7)
        sheet.right(left + 180, 112, "Since spring", size=7)
    for left, top, label, now, ytd in (
        (30, 128, "Lamp hours", "1,840.00", "1,840.00"),
        (30, 142, "Night lamps", "215.50", "215.50"),
        (230, 128, "Crown's share", "201.60", "201.60"),
        (230, 142, "Health and age", "80.60", "80.60"),
        (230, 156, "Old oil pot", "92.00", "92.00"),
        (230, 170, "Boat club", "6.50", "6.50"),
        (230, 198, "Pot from us", "61.66", "61.66"),
        (30, 198, "All lit", "2,055.50", "2,055.50"),
    ):
        sheet.text(left, top, label)
        sheet.right(left + 120, top, now)
        sheet.right(left + 180, top, ytd)
    sheet.canvas.rect(300, sheet.height - 262, 110, 30)
    sheet.text(230, 253, "Reaches you")
    sheet.right(404, 253, "£1,674.80", size=15, bold=True)
    sheet.text(30, 300, "Oil is delivered on Thursdays. Ask Robin about the boat.", size=7)
    return sheet.finish()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(lantern_slip())

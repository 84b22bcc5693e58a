"""A PDF becomes words with boxes, then labelled figures with their proof.

Geometry, labels and arithmetic belong here; people, tax years kept and what a payslip means for a year do not.
"""

READER_VERSION = "0"

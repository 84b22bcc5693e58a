"""A payslip and a P60 say what they were made from, so that what was read of a content need not be read again"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("payslip", "p60"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("made_from", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in ("payslip", "p60"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("made_from")

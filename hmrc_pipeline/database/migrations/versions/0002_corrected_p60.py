"""A P60 says whether it is marked as corrected, and when it was issued"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("p60", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrected", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("issued_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("p60", schema=None) as batch_op:
        batch_op.drop_column("issued_on")
        batch_op.drop_column("corrected")

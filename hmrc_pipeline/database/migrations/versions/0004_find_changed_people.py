"""Find the people of a tax year whose inputs changed without looking at everyone's."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_changed_person_generation", "changed_person", ["tax_year", "generation"])


def downgrade() -> None:
    op.drop_index("ix_changed_person_generation", table_name="changed_person")

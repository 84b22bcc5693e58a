"""The table of settings that SQL must know: views are asked by programs that have none of our environment."""

from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base

__all__ = ["SqlSetting"]


class SqlSetting(Base):
    """One setting as it was when the database was last opened; a setting that is not set has no row."""

    __tablename__ = "sql_setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

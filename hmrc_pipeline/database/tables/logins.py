"""Tables of who may sign in to the web application, and who is signed in."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base

__all__ = ["WebSession", "WebUser"]


class WebUser(Base):
    """One login. The password is kept as a scrypt record, which is encrypted and bound to its row."""

    __tablename__ = "web_user"

    name: Mapped[str] = mapped_column(primary_key=True)
    password_encrypted: Mapped[bytes]
    added_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class WebSession(Base):
    """One browser that is signed in, found by the blind index of its cookie."""

    __tablename__ = "web_session"

    token_index: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(ForeignKey("web_user.name", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]

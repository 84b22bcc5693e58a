"""Who may sign in to the web application, and who is signed in: users, passwords, sessions.

What a signed-in person may see belongs to `web`; the people the documents are about, to `people`.
"""

from hmrc_pipeline.logins.sessions import SESSION_LIFE, Session, begin_session, end_session, session_of
from hmrc_pipeline.logins.users import (
    BadPassword,
    LoginProblem,
    UserSummary,
    add_user,
    can_anyone_sign_in,
    check_password,
    disable_user,
    list_users,
)

__all__ = [
    "SESSION_LIFE",
    "BadPassword",
    "LoginProblem",
    "Session",
    "UserSummary",
    "add_user",
    "begin_session",
    "can_anyone_sign_in",
    "check_password",
    "disable_user",
    "end_session",
    "list_users",
    "session_of",
]

"""HOME opened: settings, database and keys together, as every wing takes them."""

from dataclasses import dataclass

from hmrc_pipeline.crypto import Cipher, load_cipher
from hmrc_pipeline.database import Database, open_database
from hmrc_pipeline.originals import OriginalStore
from hmrc_pipeline.settings import Settings

__all__ = ["Home", "open_home"]


@dataclass(frozen=True)
class Home:
    """What a wing needs to work: where things are, the migrated database, the keys."""

    settings: Settings
    database: Database
    cipher: Cipher

    @property
    def originals(self) -> OriginalStore:
        """The encrypted originals."""
        return OriginalStore(self.settings.originals, self.cipher)


def open_home(settings: Settings, *, migrate: bool = False) -> Home:
    """Open HOME, making what is missing; with `migrate` a database of an earlier version is brought up to date.

    Raises `DatabaseProblem` or `KeyProblem` with what to do.
    """
    settings.make_home()
    return Home(settings, open_database(settings, migrate=migrate), load_cipher(settings.key_file))

"""What every process is given at start: the database, the keys, the clock and the settings."""

from dataclasses import dataclass

from desk.clock import Clock
from desk.database import Database
from desk.privacy import Vault
from desk.settings import Settings


@dataclass(frozen=True, repr=False)
class House:
    """Handed to the edges (web, worker, panel, commands); rules and flows never see it."""

    database: Database
    vault: Vault
    clock: Clock
    settings: Settings

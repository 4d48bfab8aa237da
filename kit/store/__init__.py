"""The store keeps the logs. One contract, a driver for each kind of database, chosen by the address."""

from __future__ import annotations

from kit.errors import BadSetting
from kit.store.contract import Commit, Failure, Outcome, Store, Stored

__all__ = ["Commit", "Failure", "Outcome", "Store", "Stored", "open_store"]


def open_store(url: str) -> Store:
    """The store at `url`, such as sqlite:////home/me/room.db; its driver is imported only here.

    Raises BadSetting for an address of no known kind, and what the driver raises: StoreFailed, NewerDatabase.
    """
    scheme, _, place = url.partition("://")
    if scheme == "sqlite" and place.removeprefix("/"):
        from kit.store.sqlite import SQLiteStore

        return SQLiteStore(place.removeprefix("/"))
    # The rest of an address may hold a password.
    raise BadSetting(f"KIT_DATABASE begins with {scheme[:20]!r}; it must look like sqlite:///path/to/room.db.")

"""The facilitator kit's front door: `Workshop` for notebooks, `KitError` for what may go wrong.

Importing the kit is cheap; what a workshop needs is imported when one is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.errors import KitError

if TYPE_CHECKING:
    from kit.workshop import Workshop

__all__ = ["KitError", "Workshop", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "Workshop":
        from kit.workshop import Workshop

        return Workshop
    raise AttributeError(f"The kit has no {name!r}; it has {', '.join(__all__)}.")

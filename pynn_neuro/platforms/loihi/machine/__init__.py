"""What a network needs of the machine: cores and what fills them, chips, time and energy.

`describe` says all of it of a simulation; `check` refuses what no core can hold.
"""

from .description import check, describe
from .exceptions import LoihiResourceError

__all__ = ["LoihiResourceError", "check", "describe"]

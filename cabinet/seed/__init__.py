"""The demonstration's data: one coherent story of «Меридиан», the same for the same moment."""

from cabinet.seed.meridian import Story, tell
from cabinet.seed.scale import grow

__all__ = ["Story", "grow", "tell"]

"""The demonstration's data: one coherent story of «Меридиан», the same for the same moment."""

from cabinet.seed.acquirer import remember
from cabinet.seed.meridian import tell
from cabinet.seed.scale import grow
from cabinet.seed.whole import tell_whole

__all__ = ["grow", "remember", "tell", "tell_whole"]

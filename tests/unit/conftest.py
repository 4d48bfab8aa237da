"""Hypothesis without a limit on the time of one example: a slow machine is no bug."""

from hypothesis import settings

settings.register_profile("kit", deadline=None)
settings.load_profile("kit")

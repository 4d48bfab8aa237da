"""Hypothesis: no limit on the time of one example, as a slow machine is no bug; and no long search for explanations."""

from hypothesis import Phase, settings

settings.register_profile(
    "kit", deadline=None, max_examples=200, phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
)
settings.load_profile("kit")

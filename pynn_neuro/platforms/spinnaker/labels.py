"""How messages name what the user made."""

__all__ = ["title_of"]


def title_of(projection):
    """A projection, by its label."""
    return f'projection "{projection.label}"' if projection.label else "a projection without label"

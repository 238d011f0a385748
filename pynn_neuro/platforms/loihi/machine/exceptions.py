"""What goes wrong when a network is laid on the machine."""

__all__ = ["LoihiResourceError"]


class LoihiResourceError(ValueError):
    """A network asks for more of a resource than a core, or the largest machine, has.

    Attributes
    ----------
    resource : str
        Such as "synaptic memory".
    needed, limit : int
    """

    def __init__(self, message, resource, needed, limit):
        super().__init__(message)
        self.resource, self.needed, self.limit = resource, needed, limit

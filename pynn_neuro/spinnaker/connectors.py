"""pynn_neuro's connectors, with the argument `verbose` that sPyNNaker's have."""

from .. import connectors

__all__ = [name for name in connectors.__all__ if name not in ("Connector", "MapConnector")]


def in_dialect(connector):
    """The connector in this dialect: a subclass of the same name that takes `verbose`."""

    def __init__(self, *arguments, verbose=False, **keywords):
        connector.__init__(self, *arguments, **keywords)
        self.verbose = bool(verbose)

    names = {"__init__": __init__, "__doc__": connector.__doc__, "__module__": __name__}
    return type(connector.__name__, (connector,), names)


globals().update({name: in_dialect(getattr(connectors, name)) for name in __all__})

MultapseConnector = globals()["FixedTotalNumberConnector"]
__all__ += ["MultapseConnector"]

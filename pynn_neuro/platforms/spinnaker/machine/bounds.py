"""How many synapses one source may have onto the cells of one core, as the host bounds it before it knows.

Notes
-----
Source: sPyNNaker 7.4.1, `get_n_connections_from_pre_vertex_maximum` of the connectors and
`utility_calls.get_probable_maximum_selected`. Connectors without a formula here are counted as they turned
out, as the host does with lists.
"""

from ..ring_buffers import probable_most

__all__ = ["row_bound"]


def row_bound(connector, n_pre, n_post, n_cells):
    """Most synapses of one source onto `n_cells` of the targets.

    Parameters
    ----------
    connector : PyNN connector
    n_pre, n_post : int
        Cells of both sides.
    n_cells : int
        Cells on a core; the host lets this exceed the targets when it estimates events.

    Returns
    -------
    int, or None for a connector whose synapses have to be counted

    Examples
    --------
    >>> from pyNN.connectors import AllToAllConnector, OneToOneConnector
    >>> row_bound(AllToAllConnector(), 10, 300, 256), row_bound(OneToOneConnector(), 300, 300, 256)
    (256, 1)
    """
    kind = type(connector).__name__
    pairs = n_pre * n_post
    share = min(n_cells / float(n_post), 1.0)
    if kind == "AllToAllConnector":
        return n_cells
    if kind == "OneToOneConnector":
        return 1
    if kind == "FixedProbabilityConnector":
        return probable_most(pairs, n_cells, connector.p_connect, 1e-4)
    if kind == "FixedNumberPreConnector":
        n_all = probable_most(pairs, int(connector.n) * n_post, 1.0 / n_pre, 1e-4)
        return probable_most(pairs, n_all, share, 1e-5)
    if kind == "FixedNumberPostConnector":
        return probable_most(pairs, int(connector.n), share, 1e-5)
    if kind == "FixedTotalNumberConnector":
        n = int(connector.n)
        return probable_most(n, probable_most(n, n, share), 1.0 / n_pre)
    return None

"""sPyNNaker's connectors of images: cells on a grid, joined through a kernel or after pooling.

A grid of nx columns and ny rows is a `Population` made with `Grid2D` or with the size (nx, ny). Cell
row * nx + column stands in that row and column, as sPyNNaker numbers the cells of a grid.
"""

from numbers import Integral, Real

import numpy as np
from pyNN import common
from pyNN.connectors import Connector
from pyNN.random import RandomDistribution
from pyNN.space import Grid2D

from .. import errors
from ..projections.synapse_values import draws_natively
from .connector_base import NativeConnector

__all__ = ["ConvolutionConnector", "KernelConnector", "PoolDenseConnector"]

USE_KERNEL = 3  # what a projection's own numbers are for, beside pairs, weights and delays


def grid_shape(cells, side, connector):
    """(rows, columns) of a population on a grid."""
    structure = getattr(cells, "structure", None) if isinstance(cells, common.Population) else None
    if not isinstance(structure, Grid2D):
        raise errors.ConnectionError(
            f'{connector} needs a grid on its {side}synaptic side, and "{cells.label}" is none: make a whole '
            "Population of size (columns, rows), or give it the structure Grid2D(columns / rows)"
        )
    columns, rows = structure.calculate_size(cells.size)
    return int(rows), int(columns)


def two_numbers(value, what, low):
    """One whole number for rows and columns, or a pair of them, as an array."""
    given = [value, value] if isinstance(value, Integral) and not isinstance(value, bool) else value
    numbers = np.asarray(given) if isinstance(given, (list, tuple, np.ndarray)) else np.zeros(0)
    if numbers.shape != (2,) or numbers.dtype.kind not in "iu" or (numbers < low).any():
        raise errors.InvalidParameterValueError(
            f"{what} is {value!r}; it must be a whole number of at least {low}, or two of them "
            "(rows, columns)"
        )
    return numbers.astype(np.int64)


def pool_of(pool_shape, pool_stride, connector):
    """Shape and stride of pooling as arrays; ones without pooling."""
    if pool_shape is None:
        if pool_stride is not None:
            raise errors.InvalidParameterValueError(
                f"pool_stride of {connector} is {pool_stride!r} without a pool_shape; give both, or neither"
            )
        return np.ones(2, dtype=np.int64), np.ones(2, dtype=np.int64)
    shape = two_numbers(pool_shape, f"pool_shape of {connector}", 1)
    if pool_stride is None:
        return shape, shape
    return shape, two_numbers(pool_stride, f"pool_stride of {connector}", 1)


def pooled_shape(shape, pool_shape, pool_stride):
    """Rows and columns after pooling: sPyNNaker's number of regions, as far as they hold a cell."""
    shape = np.asarray(shape)
    return np.minimum((shape - (pool_shape - 1)) // pool_stride + 1, (shape - 1) // pool_stride + 1)


class SignedConnector(NativeConnector):
    """Weights of both signs, each onto its own receptor.

    Where conductances are summed, the receptor gives the sign: they get the magnitude.
    """

    def _set_receptors(self, positive, negative):
        for name, value in (("positive_receptor_type", positive), ("negative_receptor_type", negative)):
            if not isinstance(value, str):
                raise TypeError(
                    f"{name} of {type(self).__name__} is {value!r}; it must be the receptor's name"
                )
        self.positive_receptor_type = positive
        self.negative_receptor_type = negative

    def _check_projection(self, projection):
        name = type(self).__name__
        wanted = getattr(projection.synapse_type, "connector_name", None)
        if wanted not in [base.__name__ for base in type(self).__mro__]:
            raise errors.ConnectionError(
                f"{name} in {projection._title} needs synapse_type={name.removesuffix('Connector')}(), not "
                f"{type(projection.synapse_type).__name__}: the weights are the connector's"
            )
        for receptor in (self.positive_receptor_type, self.negative_receptor_type):
            if receptor not in projection.post.receptor_types:
                raise errors.ConnectionError(
                    f'"{receptor}" is no receptor of "{projection.post.label}", which has '
                    f"{', '.join(projection.post.receptor_types)}; name it in positive_receptor_type or "
                    f"negative_receptor_type of {name}"
                )

    def _build_signed(self, projection, pre, post, weight):
        """Pairs sorted by target, then source; those of weight 0 are left out."""
        values, _ = self._values(projection)
        order = np.lexsort((pre, post))
        pre, post, weight = pre[order], post[order], weight[order]
        if not np.isfinite(weight).all():
            raise errors.ConnectionError(f"weights of {projection._title} must be finite")
        has_magnitudes = projection.post.conductance_based
        for receptor, chosen in (
            (self.negative_receptor_type, np.flatnonzero(weight < 0)),
            (self.positive_receptor_type, np.flatnonzero(weight > 0)),
        ):
            projection.receptor_type = receptor
            if chosen.size:
                kept = np.abs(weight[chosen]) if has_magnitudes else weight[chosen]
                projection._build_pairs(pre[chosen], post[chosen], {**values, "weight": kept})
        self._report(1.0)


def kernel_of(weights, shape, name, projection=None):
    """A kernel as a float array (rows, columns)."""
    if isinstance(weights, RandomDistribution):
        size = int(np.prod(shape))
        if draws_natively(weights.rng):
            return projection._native_numbers(weights, size, USE_KERNEL).reshape(shape)
        return np.asarray(weights.next(size), dtype=np.float64).reshape(shape)
    if isinstance(weights, Real):
        return np.full(shape, float(weights))
    return np.array(weights, dtype=np.float64).reshape(shape)


def shape_of_kernel(weights, shape, argument, shape_argument, connector):
    """Check what was given for a kernel and find its shape, an array (rows, columns)."""
    what = f"{argument} of {connector}"
    given = None if shape is None else two_numbers(shape, f"{shape_argument} of {connector}", 1)
    if isinstance(weights, RandomDistribution) or (
        isinstance(weights, Real) and not isinstance(weights, bool)
    ):
        if given is None:
            raise errors.InvalidParameterValueError(
                f"{what} is {weights!r}, which has no shape; give {shape_argument}=(rows, columns)"
            )
        if isinstance(weights, Real) and not np.isfinite(weights):
            raise errors.InvalidParameterValueError(f"{what} is {weights!r}; it must be finite")
        return given
    try:
        array = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError):
        array = None
    if array is None or isinstance(weights, (bool, str)) or array.ndim not in (1, 2) or not array.size:
        raise errors.InvalidParameterValueError(
            f"{what} must be a number, a RandomDistribution, a list of numbers, or rows of one length"
        )
    if not np.isfinite(array).all():
        raise errors.InvalidParameterValueError(f"{what} holds a value that is not finite")
    if array.ndim == 1:
        if given is None or np.prod(given) != array.size:
            raise errors.InvalidDimensionsError(
                f"{what} is a list of {array.size} numbers"
                + (
                    f"; give {shape_argument}"
                    if given is None
                    else f" for the {shape_argument} {tuple(given.tolist())}"
                )
                + "; rows times columns must be the number of them"
            )
        return given
    if given is not None and tuple(given) != array.shape:
        raise errors.InvalidDimensionsError(
            f"{what} has the shape {array.shape}, and {shape_argument} is {tuple(given.tolist())}; "
            "leave the latter out"
        )
    return np.array(array.shape)


class ConvolutionConnector(SignedConnector, Connector):
    """Join two grids by a convolution, optionally after average pooling; goes with `Convolution()`.

    With a kernel of R rows and C columns, target (r, c) gets input from pooled source (p, q) with the weight
    ``kernel[R - 1 - (p + padding - r * stride), C - 1 - (q + padding - c * stride)]``: the kernel is turned
    by 180 degrees, as in mathematics and unlike in machine learning. Positive and negative weights go to
    receptors of their own; weights of 0 make no synapse.

    Parameters
    ----------
    kernel_weights : float, list, list of lists, array or RandomDistribution
        nA, uS or mV; a number, a flat list or a distribution needs `kernel_shape`. A distribution is drawn
        once.
    kernel_shape : int or (int, int), optional
        Rows and columns.
    strides : int or (int, int)
        Sources from one target to the next.
    padding : bool, int or (int, int), optional
        Empty rows and columns around the sources; True: half the kernel, so that with stride 1 the grids have
        one size.
    pool_shape, pool_stride : int or (int, int), optional
        Regions of average pooling and the distance between them (the shape, if not given): source i belongs
        to region i // pool_stride of (n - pool_shape + 1) // pool_stride + 1, and weights are divided by the
        size of a region. Sources behind the last region are not connected.
    positive_receptor_type, negative_receptor_type : str
    safe : bool
        Accepted.
    callback : callable, optional
        Called with the fraction done.

    Notes
    -----
    Source: sPyNNaker 7.4.1, `ConvolutionConnector` and `local_only_conv_impl.c`.
    """

    def __init__(
        self,
        kernel_weights,
        kernel_shape=None,
        strides=None,
        padding=None,
        pool_shape=None,
        pool_stride=None,
        positive_receptor_type="excitatory",
        negative_receptor_type="inhibitory",
        safe=True,
        callback=None,
    ):
        name = type(self).__name__
        self._check_common(None, callback)
        Connector.__init__(self, None, safe, callback)
        self.kernel_shape = shape_of_kernel(
            kernel_weights, kernel_shape, "kernel_weights", "kernel_shape", name
        )
        self._given_weights = kernel_weights
        self.strides = two_numbers(1 if strides is None else strides, f"strides of {name}", 1)
        if padding is True:
            self.padding = self.kernel_shape // 2
        else:
            self.padding = two_numbers(0 if padding in (None, False) else padding, f"padding of {name}", 0)
        self.pool_shape, self.pool_stride = pool_of(pool_shape, pool_stride, name)
        self._set_receptors(positive_receptor_type, negative_receptor_type)

    def get_post_shape(self, shape):
        """(rows, columns) of the target grid for a source grid of this shape (rows, columns)."""
        pooled = pooled_shape(shape, self.pool_shape, self.pool_stride)
        post = (pooled - self.kernel_shape + 2 * self.padding) // self.strides + 1
        return tuple(np.maximum(post, 1).tolist())

    def _along(self, axis, n_pre, n_post):
        """All (source, target, index in the kernel) along rows or columns."""
        size, stride = int(self.kernel_shape[axis]), int(self.strides[axis])
        n_pooled = int(pooled_shape(n_pre, self.pool_shape[axis], self.pool_stride[axis]))
        pre, post = np.meshgrid(np.arange(n_pre), np.arange(n_post), indexing="ij")
        pooled = pre // self.pool_stride[axis]
        index = size - 1 - (pooled + self.padding[axis] - post * stride)
        chosen = (index >= 0) & (index < size) & (pooled < n_pooled)
        return pre[chosen], post[chosen], index[chosen]

    def connect(self, projection):
        self._check_projection(projection)
        name = type(self).__name__
        pre_shape = grid_shape(projection.pre, "pre", name)
        post_shape = grid_shape(projection.post, "post", name)
        wanted = self.get_post_shape(pre_shape)
        if post_shape != wanted:
            raise errors.InvalidDimensionsError(
                f'"{projection.post.label}" has {post_shape[0]} rows and {post_shape[1]} columns; a kernel '
                f"of {tuple(self.kernel_shape.tolist())} on {pre_shape[0]} rows and {pre_shape[1]} columns "
                f"gives {wanted[0]} rows and {wanted[1]} columns: make it of size ({wanted[1]}, {wanted[0]})"
            )
        kernel = kernel_of(self._given_weights, tuple(self.kernel_shape), name, projection)
        kernel = kernel / np.prod(self.pool_shape)
        pre_row, post_row, kernel_row = (
            each[:, None] for each in self._along(0, pre_shape[0], post_shape[0])
        )
        pre_column, post_column, kernel_column = self._along(1, pre_shape[1], post_shape[1])
        pre = (pre_row * pre_shape[1] + pre_column).reshape(-1)
        post = (post_row * post_shape[1] + post_column).reshape(-1)
        self._build_signed(projection, pre, post, kernel[kernel_row, kernel_column].reshape(-1))


class PoolDenseConnector(SignedConnector, Connector):
    """Join every cell of a grid to every target, with weights of pooling regions; goes with `PoolDense()`.

    Parameters
    ----------
    weights : float, list, array or RandomDistribution
        nA, uS or mV, one for each pooling region and target: region outermost (row by row), target innermost,
        in any shape. Positive and negative ones go to receptors of their own; 0 makes no synapse.
    pool_shape, pool_stride : int or (int, int), optional
        As of `ConvolutionConnector`.
    positive_receptor_type, negative_receptor_type : str
    safe : bool
        Accepted.
    callback : callable, optional
        Called with the fraction done.

    Notes
    -----
    Source: sPyNNaker 7.4.1, `PoolDenseConnector` and `local_only_pool_dense_impl.c`.
    """

    def __init__(
        self,
        weights,
        pool_shape=None,
        pool_stride=None,
        positive_receptor_type="excitatory",
        negative_receptor_type="inhibitory",
        safe=True,
        callback=None,
    ):
        name = type(self).__name__
        self._check_common(None, callback)
        Connector.__init__(self, None, safe, callback)
        if not isinstance(weights, RandomDistribution):
            try:
                array = np.array(weights, dtype=np.float64)
            except (TypeError, ValueError):
                array = np.array(np.nan)
            if isinstance(weights, (bool, str)) or not np.isfinite(array).all():
                raise errors.InvalidParameterValueError(
                    f"weights of {name} must be a RandomDistribution, a finite number, or an array of such"
                )
            weights = array
        self.weights = weights
        self.pool_shape, self.pool_stride = pool_of(pool_shape, pool_stride, name)
        self._set_receptors(positive_receptor_type, negative_receptor_type)

    @staticmethod
    def get_post_pool_shape(pre_shape, pool_shape=None, pool_stride=None):
        """Shape of a grid after pooling; as (rows, columns) or (columns, rows), whichever is given."""
        return tuple(
            pooled_shape(pre_shape, *pool_of(pool_shape, pool_stride, "PoolDenseConnector")).tolist()
        )

    def connect(self, projection):
        self._check_projection(projection)
        name = type(self).__name__
        pre_shape = grid_shape(projection.pre, "pre", name)
        pooled, n_post = pooled_shape(pre_shape, self.pool_shape, self.pool_stride), projection.post.size
        shape = (int(np.prod(pooled)), n_post)
        given = self.weights
        if isinstance(given, np.ndarray) and given.ndim and given.size != np.prod(shape):
            raise errors.InvalidDimensionsError(
                f"weights of {name} has {given.size} values; {pre_shape[0]} rows and {pre_shape[1]} columns "
                f"are pooled to {pooled[0]} times {pooled[1]} regions, which with {n_post} target cells "
                f"makes {np.prod(shape)} weights"
            )
        given = float(given) if isinstance(given, np.ndarray) and not given.ndim else given
        weights = kernel_of(given, shape, name, projection) / np.prod(self.pool_shape)
        rows, columns = np.divmod(np.arange(projection.pre.size), pre_shape[1])
        rows, columns = rows // self.pool_stride[0], columns // self.pool_stride[1]
        sources = np.flatnonzero((rows < pooled[0]) & (columns < pooled[1]))
        regions = (rows * pooled[1] + columns)[sources]
        pre = np.repeat(sources, n_post)
        post = np.tile(np.arange(n_post), sources.size)
        self._build_signed(projection, pre, post, weights[regions].reshape(-1))


class KernelConnector(NativeConnector, Connector):
    """Join two images through a kernel around each target's place among the sources.

    Target (r, c) stands at the source coordinates
    ``(r', c') = ceil((post_start + (r, c) * post_step - pre_start) / pre_step)`` and gets input from sources
    (r' + k - R // 2, c' + l - C // 2) with the kernel's value at (k, l), for R rows and C columns; only
    sources take part whose distance from `pre_start` is a multiple of `pre_step`.

    Parameters
    ----------
    shape_pre, shape_post, shape_kernel : (int, int)
        Rows and columns. Cell row * columns + column of a population stands in that row and column.
    weight_kernel, delay_kernel : number, list of lists, array or RandomDistribution, optional
        nA, uS or mV; ms. Without one, the synapse type's values.
    shape_common : (int, int), optional
        Accepted; the shape in which both are sampled.
    pre_sample_steps_in_post, pre_start_coords_in_post : (int, int), optional
        pre_step (1, 1) and pre_start (0, 0), in rows and columns.
    post_sample_steps_in_pre, post_start_coords_in_pre : (int, int), optional
        post_step and post_start.
    safe : bool
        Whether weights and delays are checked.
    space : None
    callback : callable, optional
        Called with the fraction done.

    Notes
    -----
    Source: sPyNNaker 7.4.1, `KernelConnector`.
    """

    def __init__(
        self,
        shape_pre,
        shape_post,
        shape_kernel,
        weight_kernel=None,
        delay_kernel=None,
        shape_common=None,
        pre_sample_steps_in_post=None,
        pre_start_coords_in_post=None,
        post_sample_steps_in_pre=None,
        post_start_coords_in_pre=None,
        safe=True,
        space=None,
        callback=None,
    ):
        name = type(self).__name__
        self._check_common(None, callback)
        Connector.__init__(self, None, safe, callback)
        if space is not None:
            raise errors.InvalidParameterValueError(f"space of {name} is {space!r}; it must be None")
        self.shape_pre = two_numbers(shape_pre, f"shape_pre of {name}", 1)
        self.shape_post = two_numbers(shape_post, f"shape_post of {name}", 1)
        self.shape_kernel = two_numbers(shape_kernel, f"shape_kernel of {name}", 1)
        if shape_common is not None:
            two_numbers(shape_common, f"shape_common of {name}", 1)
        self._kernels = {}
        for variable, kernel in (("weight", weight_kernel), ("delay", delay_kernel)):
            if kernel is not None:
                shape_of_kernel(
                    kernel, tuple(self.shape_kernel.tolist()), f"{variable}_kernel", "shape_kernel", name
                )
                self._kernels[variable] = kernel
        steps = {}
        for argument, value, low in (
            ("pre_sample_steps_in_post", pre_sample_steps_in_post, 1),
            ("pre_start_coords_in_post", pre_start_coords_in_post, 0),
            ("post_sample_steps_in_pre", post_sample_steps_in_pre, 1),
            ("post_start_coords_in_pre", post_start_coords_in_pre, 0),
        ):
            steps[argument] = two_numbers(low if value is None else value, f"{argument} of {name}", low)
        self._pre_step, self._pre_start, self._post_step, self._post_start = steps.values()

    def _along(self, axis):
        """All (source, target, index in the kernel) along rows or columns."""
        size, step, start = (int(a[axis]) for a in (self.shape_kernel, self._pre_step, self._pre_start))
        pre, post = np.meshgrid(
            np.arange(self.shape_pre[axis]), np.arange(self.shape_post[axis]), indexing="ij"
        )
        centre = (self._post_start[axis] + post * self._post_step[axis] - start - 1) // step + 1
        index = size // 2 - (centre - pre)
        chosen = (index >= 0) & (index < size) & ((pre - start) % step == 0)
        return pre[chosen], post[chosen], index[chosen]

    def connect(self, projection):
        for side, cells, shape in (
            ("pre", projection.pre, self.shape_pre),
            ("post", projection.post, self.shape_post),
        ):
            if cells.size != np.prod(shape):
                raise errors.InvalidDimensionsError(
                    f"shape_{side} of {type(self).__name__} is {tuple(shape.tolist())}, {np.prod(shape)} "
                    f'cells; "{cells.label}" has {cells.size}'
                )
        pre_row, post_row, kernel_row = (each[:, None] for each in self._along(0))
        pre_column, post_column, kernel_column = self._along(1)
        pre = (pre_row * self.shape_pre[1] + pre_column).reshape(-1)
        post = (post_row * self.shape_post[1] + post_column).reshape(-1)
        order = np.lexsort((pre, post))
        values, _ = self._values(projection)
        for use, (variable, kernel) in enumerate(self._kernels.items()):
            name = projection._native_name(variable)
            if isinstance(kernel, RandomDistribution) and draws_natively(kernel.rng):
                kernel = projection._native_numbers(kernel, int(np.prod(self.shape_kernel)), USE_KERNEL + use)
            else:
                kernel = kernel_of(kernel, tuple(self.shape_kernel), type(self).__name__, projection)
            kernel = kernel.reshape(tuple(self.shape_kernel))
            values[name] = kernel[kernel_row, kernel_column].reshape(-1)[order]
        self._build_pairs(projection, pre[order], post[order], values)

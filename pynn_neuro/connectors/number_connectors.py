"""Connectors that choose a number of pairs at random."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np
from pyNN import connectors as base
from pyNN.random import NativeRNG, RandomDistribution

from .. import checks, errors
from ..projections.synapse_values import draws_natively
from .connector_base import NativeMapConnector, is_one_part, own_streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyNN.random import AbstractRNG

__all__ = ["FixedNumberPostConnector", "FixedNumberPreConnector", "FixedTotalNumberConnector"]


class FixedNumberConnector(NativeMapConnector):
    """What the connectors with a number of connections share."""

    def _check_number(self, n):
        name = type(self).__name__
        if isinstance(n, RandomDistribution):
            return n
        if isinstance(n, (bool, np.bool_)) or not isinstance(n, Integral):
            raise TypeError(f"n of {name} is {n!r}; it must be a whole number or a RandomDistribution")
        if n < 0:
            raise errors.InvalidParameterValueError(f"n of {name} is {n}; it must be at least 0")
        return int(n)

    def _initialize(
        self, kind, n, allow_self_connections, with_replacement, location_selector, rng, safe, callback
    ):
        self._check_common(location_selector, callback, rng, allow_self_connections, safe)
        n = self._check_number(n)
        checks.flag(with_replacement, f"with_replacement of {type(self).__name__}")
        self._own_rng(rng)
        is_drawn_by_pynn = isinstance(n, RandomDistribution) and not isinstance(n.rng, NativeRNG)
        try:
            # PyNN draws a hundred numbers of a distribution here, which belong to its order.
            first = n if is_drawn_by_pynn else 0
            kind.__init__(self, first, allow_self_connections, with_replacement, None, rng, safe, callback)
        except AssertionError:
            raise errors.InvalidParameterValueError(
                f"n of {type(self).__name__} is a distribution that gives negative numbers; choose another"
            ) from None
        self.n = n

    def _draws_of_n_are_native(self):
        return not isinstance(self.n, RandomDistribution) or draws_natively(self.n.rng)

    def _choose(self, rng, n, size, excluded):
        """`n` of the numbers 0 .. size - 1 but `excluded` (-1 = none), drawn as PyNN draws them.

        Without replacement nothing is chosen twice before all have been chosen once.
        """
        if not self.with_replacement:
            candidates = np.arange(size)
            candidates = candidates[candidates != excluded]
            full_sets, remainder = divmod(n, candidates.size)
            chosen = [candidates] * full_sets
            if remainder:
                chosen.append(rng.permutation(candidates)[:remainder])
            return np.concatenate(chosen) if chosen else candidates[:0]
        low_high = {"low": 0, "high": size}
        chosen = np.asarray(rng.next(n, "uniform_int", low_high, mask=None), dtype=np.int64)
        again = np.flatnonzero(chosen == excluded)
        while again.size:
            chosen[again] = rng.next(again.size, "uniform_int", low_high, mask=None)
            again = np.flatnonzero(chosen == excluded)
        return chosen

    def _numbers(self, projection, is_native, rng):
        """`n`, with a generator that can be asked here."""
        n = self.n
        if isinstance(n, RandomDistribution) and (is_native or isinstance(n.rng, NativeRNG)):
            return RandomDistribution(
                n.name, rng=rng if is_native else own_streams(projection), **n.parameters
            )
        return n

    def _whole(self, projection, number):
        if not number >= 0:
            raise errors.ConnectionError(
                f"n of {type(self).__name__} for {projection._title} gave {number}; it must be at least 0"
            )
        return int(number)

    def _excluded(self, projection, by_target):
        """For each target (or source), where the same cell is on the other side; -1 where it is not."""
        pre, post = (side.codes() for side in projection._sides)
        near, far = (post, pre) if by_target else (pre, post)
        if self.allow_self_connections:
            return np.full(near.size, -1)
        order = np.argsort(far)
        place = order[np.minimum(np.searchsorted(far, near, sorter=order), far.size - 1)]
        return np.where(far[place] == near, place, -1)

    def _connect_per_cell(self, projection, by_target):
        """`n` partners for each target, or for each source."""
        values, needs_order = self._values(projection)
        n_candidates = projection.shape[0 if by_target else 1]
        excluded = self._excluded(projection, by_target)
        n_left = n_candidates - (excluded >= 0)
        if (n_left < 1).any() and self.n != 0:
            raise errors.ConnectionError(
                f"{type(self).__name__} of {projection._title} has no cells to choose from: there is one, "
                "which may not be connected to itself"
            )
        is_native = self._is_native and self._draws_of_n_are_native() and not needs_order
        if isinstance(self.n, int):
            projection._check_room(self.n * n_left.size, values, in_python=not is_native)
        fits = isinstance(self.n, int) and (self.with_replacement or self.n <= n_left.min())
        if is_native and fits and is_one_part(projection):
            method = "connect_fixed_number_pre" if by_target else "connect_fixed_number_post"
            replace, allow_self = bool(self.with_replacement), bool((excluded < 0).all())
            projection._build_native(
                lambda network, part: getattr(network, method)(
                    part.id, part.pre.indices, part.post.indices, self.n, replace, allow_self
                ),
                values,
                self.n * excluded.size,
            )
            self._report(1.0)
            return
        rng = own_streams(projection) if is_native else self.rng
        n = self._numbers(projection, is_native, rng)
        if by_target:
            numbers = np.full(excluded.size, n) if isinstance(n, int) else n.next(excluded.size)

            def columns():
                for number, other in zip(numbers, excluded, strict=True):
                    chosen = self._choose(rng, self._whole(projection, number), n_candidates, other)
                    yield np.sort(chosen) if is_native else chosen

        else:
            rows = [
                self._choose(
                    rng,
                    n if isinstance(n, int) else self._whole(projection, n.next()),
                    n_candidates,
                    other,
                )
                for other in excluded
            ]
            sources = np.repeat(np.arange(excluded.size), [len(row) for row in rows])
            targets = np.concatenate(rows)
            sources = sources[np.argsort(targets, kind="stable")]
            ends = np.cumsum(np.bincount(targets, minlength=n_candidates))

            def columns():
                return np.split(sources, ends[:-1])

        self._standard_connect(projection, columns)


class FixedNumberPerCellConnector(FixedNumberConnector):
    """What the connectors with a number of partners for each cell share.

    Attributes
    ----------
    by_target : bool
        Whether each target has `n` sources, or each source `n` targets.
    """

    by_target = None

    def __init__(
        self,
        n: int | RandomDistribution,
        allow_self_connections: bool | str = True,
        with_replacement: bool = False,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        kind = base.FixedNumberPreConnector if self.by_target else base.FixedNumberPostConnector
        self._initialize(
            kind, n, allow_self_connections, with_replacement, location_selector, rng, safe, callback
        )

    def connect(self, projection):
        self._connect_per_cell(projection, self.by_target)


class FixedNumberPreConnector(FixedNumberPerCellConnector, base.FixedNumberPreConnector):
    """Connect each target to the same number of sources, chosen at random.

    Parameters
    ----------
    n : int or RandomDistribution
        Number of sources, at least 0. Without replacement each source is taken once before any is again.
    """

    by_target = True


class FixedNumberPostConnector(FixedNumberPerCellConnector, base.FixedNumberPostConnector):
    """Connect each source to the same number of targets, chosen at random.

    Parameters
    ----------
    n : int or RandomDistribution
        Number of targets, at least 0. Without replacement each target is taken once before any is again.
    """

    by_target = False


class FixedTotalNumberConnector(FixedNumberConnector, base.FixedTotalNumberConnector):
    """Connect `n` pairs of cells, chosen at random from all pairs.

    PyNN's class of this name ignores `with_replacement=False` and `allow_self_connections=False`; here they
    hold.

    Parameters
    ----------
    n : int or RandomDistribution
        Number of connections.
    allow_self_connections : bool
        Whether a cell may be connected to itself.
    with_replacement : bool
        Whether a pair may be chosen more than once.
    location_selector : None
        Cells here have no compartments.
    rng : random number generator, optional
    safe : bool
        Whether weights and delays are checked.
    callback : callable, optional
        Called with the fraction done.
    """

    def __init__(
        self,
        n: int | RandomDistribution,
        allow_self_connections: bool | str = True,
        with_replacement: bool = True,
        location_selector: None = None,
        rng: AbstractRNG | None = None,
        safe: bool = True,
        callback: Callable[[float], None] | None = None,
    ) -> None:
        self._initialize(
            base.FixedTotalNumberConnector,
            n,
            allow_self_connections,
            with_replacement,
            location_selector,
            rng,
            safe,
            callback,
        )

    def connect(self, projection):
        values, needs_order = self._values(projection)
        is_native = self._is_native and self._draws_of_n_are_native() and not needs_order
        n_pre, n_post = projection.shape
        excludes_self = not self.allow_self_connections and self._n_self_pairs(projection) > 0
        n_pairs = n_pre * n_post - (self._n_self_pairs(projection) if excludes_self else 0)
        if isinstance(self.n, int):
            projection._check_room(self.n, values, in_python=not is_native)
        if is_native and isinstance(self.n, int) and is_one_part(projection):
            self._check_total(projection, self.n, n_pairs)
            projection._build_native(
                lambda network, part: network.connect_fixed_total_number(
                    part.id,
                    part.pre.indices,
                    part.post.indices,
                    self.n,
                    bool(self.with_replacement),
                    not excludes_self,
                ),
                values,
                self.n,
            )
            self._report(1.0)
            return
        if not is_native and isinstance(self.n, int) and self.with_replacement and not excludes_self:
            base.FixedTotalNumberConnector.connect(self, projection)
            return
        rng = own_streams(projection) if is_native else self.rng
        n = self._numbers(projection, is_native, rng)
        if isinstance(n, RandomDistribution):
            n = self._whole(projection, n.next())
        self._check_total(projection, n, n_pairs)
        self._build_total(projection, n, n_pairs, excludes_self, rng, values)

    def _n_self_pairs(self, projection):
        pre, post = (side.codes() for side in projection._sides)
        return int(np.isin(pre, post).sum())

    def _check_total(self, projection, n, n_pairs):
        if n > n_pairs and (not self.with_replacement or n_pairs == 0):
            raise errors.ConnectionError(
                f"{n} connections of {projection._title} without replacement, but there are {n_pairs} pairs; "
                "ask for fewer, or allow replacement"
            )

    def _build_total(self, projection, n, n_pairs, excludes_self, rng, values):
        """Draw numbers of pairs until there are enough that may be."""
        n_pre, n_post = projection.shape
        pre_codes, post_codes = (side.codes() for side in projection._sides)
        taken = np.zeros(0, dtype=np.int64)
        if not self.with_replacement and 2 * n > n_pairs:
            every = np.arange(n_pre * n_post, dtype=np.int64)
            if excludes_self:
                every = every[pre_codes[every // n_post] != post_codes[every % n_post]]
            taken = rng.permutation(every)[:n]
        while taken.size < n:
            size = n - taken.size
            pre = rng.next(size, "uniform_int", {"low": 0, "high": n_pre}, mask=None)
            post = rng.next(size, "uniform_int", {"low": 0, "high": n_post}, mask=None)
            pairs = np.asarray(pre, dtype=np.int64) * n_post + post
            if excludes_self:
                pairs = pairs[pre_codes[pairs // n_post] != post_codes[pairs % n_post]]
            taken = np.concatenate([taken, pairs])
            if not self.with_replacement:
                taken = taken[np.sort(np.unique(taken, return_index=True)[1])]
        taken = taken[np.argsort(taken % n_post, kind="stable")]
        self._build_pairs(projection, taken // n_post, taken % n_post, values)

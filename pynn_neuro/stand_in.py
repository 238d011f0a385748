"""Standing in for other backends: their names are imported as ours while a script runs.

A finder before all others answers imports of the names in `ALIASES` and of those that the user adds.
Nothing of the other backend is loaded, whether it is installed or not.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from contextlib import contextmanager

__all__ = ["ALIASES", "full_name", "stand_in", "standing_in"]

OURS = "pynn_neuro"
SPINNAKER = "pynn_neuro.spinnaker"

# Name that a script imports -> our module. What is below a name is found below our module, unless it has a
# line of its own; None is a mere folder.
ALIASES = {
    "pyNN.pynn_neuro": OURS,
    "pyNN.spiNNaker": SPINNAKER,
    "spynnaker": None,
    "spynnaker.pyNN": SPINNAKER,
    "spynnaker8": SPINNAKER,
    **{
        f"{root}.{name}": target and f"{SPINNAKER}.{target}"
        for root in ("pyNN.spiNNaker", "spynnaker.pyNN", "spynnaker8")
        for name, target in {
            "utilities": None,
            "utilities.neo_convertor": "neo_convertor",
            "utilities.utility_calls": "utility_calls",
            "models": None,
            "models.utility_models": None,
            "models.utility_models.spike_injector": "external_devices",
            "extra_algorithms": None,
            "extra_algorithms.splitter_components": "splitter_components",
        }.items()
    },
    "pacman": None,
    "pacman.model": None,
    "pacman.model.partitioner_splitters": f"{SPINNAKER}.splitter_components",
}


class _Loader(importlib.abc.Loader):
    def __init__(self, target):
        self._target = target

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        if self._target is not None:
            # The import system takes what stands here after this call.
            sys.modules[module.__spec__.name] = importlib.import_module(self._target)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, aliases):
        self._aliases = aliases
        self.asked_for = set()

    def find_spec(self, name, path=None, target=None):
        if name in self._aliases:
            self.asked_for.add(name)
            return self._spec(name, self._aliases[name])
        above, _, _ = name.rpartition(".")
        while above and above not in self._aliases:
            above, _, _ = above.rpartition(".")
        if not above:
            return None
        ours = self._aliases[above]
        if ours is not None:
            ours += name[len(above) :]
            try:
                found = importlib.util.find_spec(ours)
            except ModuleNotFoundError:
                found = None
            if found is not None:
                return self._spec(name, ours)
        raise ModuleNotFoundError(
            f"No module named {name!r}: {OURS} stands for {above!r} here and has nothing of this name",
            name=name,
        )

    @staticmethod
    def _spec(name, target):
        return importlib.machinery.ModuleSpec(name, _Loader(target), is_package=True)


def stand_in(replaced=()):
    """From now on the names of `ALIASES` and `replaced` are imported as ours.

    Parameters
    ----------
    replaced : iterable of str
        Names of further backends, such as "pyNN.nest"; a name without a dot is one of `pyNN`'s.

    Returns
    -------
    callable
        Ends it, and brings back what was imported under these names before. Its function `unused(names)`
        gives those of the names that nothing has imported.

    Raises
    ------
    ValueError
        For something that is no name of a module.
    """
    aliases = dict(ALIASES)
    for name in replaced:
        aliases[full_name(name)] = OURS
    finder = _Finder(aliases)
    hidden = _take_away(aliases)
    sys.meta_path.insert(0, finder)

    def end():
        sys.meta_path.remove(finder)
        _take_away(aliases)
        for name, module in hidden.items():
            sys.modules[name] = module
            _bind(name, module)

    end.unused = lambda names: [name for name in names if name not in finder.asked_for]
    return end


@contextmanager
def standing_in(replaced=()):
    """`stand_in` for the length of a block."""
    end = stand_in(replaced)
    try:
        yield
    finally:
        end()


def full_name(name):
    """The module that `--replace name` means; ValueError if it cannot be one."""
    full = name if "." in name else f"pyNN.{name}"
    if not all(part.isidentifier() for part in full.split(".")):
        raise ValueError(f"{name!r} is not the name of a module that could be replaced")
    return full


def _take_away(aliases):
    """Forget what is imported under these names or below them; returns it."""
    roots = tuple(aliases)
    found = {
        name: module
        for name, module in list(sys.modules.items())
        if name in aliases or name.startswith(tuple(f"{root}." for root in roots))
    }
    for name in sorted(found, key=lambda name: -name.count(".")):
        module = sys.modules.pop(name)
        parent, _, child = name.rpartition(".")
        parent = sys.modules.get(parent)
        # Our own modules keep their parts, under whatever name they were imported.
        is_part = parent is not None and f"{parent.__name__}.{child}" == getattr(module, "__name__", None)
        if parent is None or (is_part and parent.__name__.split(".")[0] == OURS):
            continue
        if getattr(parent, child, None) is module:
            delattr(parent, child)
    return found


def _bind(name, module):
    parent, _, child = name.rpartition(".")
    parent = sys.modules.get(parent)
    if isinstance(parent, types.ModuleType):
        setattr(parent, child, module)

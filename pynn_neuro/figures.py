"""Saving the figures of scripts that only show them.

matplotlib is not imported here: a finder waits until the script imports `matplotlib.pyplot` and changes its
`show` then.
"""

import importlib.abc
import importlib.util
import os
import sys
from contextlib import contextmanager
from pathlib import Path

__all__ = ["saving_figures"]

_PYPLOT = "matplotlib.pyplot"


class _Saver:
    def __init__(self, folder, stem):
        self._folder = Path(folder)
        self._stem = stem
        self._paths = {}  # id of figure -> (figure, path)

    def show_function(self):
        """What takes the place of `pyplot.show`: a function, because pyplot writes a signature on it."""

        def show(*_, **__):
            self.save_all()

        return show

    def save_all(self):
        """Save every open figure; one that was saved before is saved again under its name."""
        pyplot = sys.modules.get(_PYPLOT)
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            if id(figure) not in self._paths:
                name = f"{self._stem}_{len(self._paths) + 1:03d}.png"
                self._paths[id(figure)] = (figure, self._folder / name)
            self._folder.mkdir(parents=True, exist_ok=True)
            figure.savefig(self._paths[id(figure)][1])


class _Loader(importlib.abc.Loader):
    def __init__(self, loader, saver):
        self._loader = loader
        self._saver = saver

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        module.show = self._saver.show_function()


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, saver):
        self._saver = saver

    def find_spec(self, name, path=None, target=None):
        if name != _PYPLOT:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                spec.loader = _Loader(spec.loader, self._saver)
                return spec
        return None


@contextmanager
def saving_figures(folder, stem):
    """Within the block `plt.show()` saves all open figures, as the end of the block does.

    Parameters
    ----------
    folder : str or Path
        Made when the first figure is saved.
    stem : str
        Figures are called `<stem>_001.png` and so on, in the order in which they are saved first.

    Notes
    -----
    Where MPLBACKEND is not set it becomes "Agg", so that no window is opened.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")
    saver = _Saver(folder, stem)
    finder = _Finder(saver)
    sys.meta_path.insert(0, finder)
    pyplot = sys.modules.get(_PYPLOT)
    shown = None if pyplot is None else pyplot.show
    if pyplot is not None:
        pyplot.show = saver.show_function()
    try:
        yield saver
    finally:
        saver.save_all()
        sys.meta_path.remove(finder)
        if pyplot is not None:
            pyplot.show = shown

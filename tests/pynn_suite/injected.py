"""A plugin of pytest that puts pynn_neuro where PyNN's own tests expect their simulators.

The unit tests of PyNN run on its mock simulator, the scenarios on those that they name, and a few system
tests on one of them although they use nothing but PyNN's interface. All of them get pynn_neuro.
"""

import sys
import types

import pytest

# System tests that were written for one simulator and ask for nothing that only it has.
NEUTRAL = {
    "test_brian2.py": ("test_ticket235", "test_issue648"),
    "test_nest.py": (
        "test_ticket236",
        "test_issue237",
        "test_ticket244",
        "test_random_seeds",
        "test_issue662a",
        "test_issue662b",
    ),
    "test_serialization.py": ("test",),
}
# What these modules ask whether their simulator is there.
FLAGS = ("have_brian2", "have_nest", "have_nest_threads", "HAVE_NEST")


def pytest_configure(config):
    import pyNN

    import pynn_neuro

    for name in ("mock", "nest", "brian2"):
        sys.modules[f"pyNN.{name}"] = pynn_neuro
        setattr(pyNN, name, pynn_neuro)
    sys.path.insert(0, str(config.rootpath / "test"))
    from system.scenarios import fixtures

    def run_with_pynn_neuro(*names):
        return pytest.mark.parametrize("sim", [pytest.param(pynn_neuro, id="pynn_neuro")])

    fixtures.run_with_simulators = run_with_pynn_neuro


def pytest_collection_modifyitems(items):
    kept = []
    for item in items:
        neutral = NEUTRAL.get(item.path.name) if item.path.parent.name == "system" else None
        if neutral is None:
            kept.append(item)
        elif item.name in neutral:
            for flag in FLAGS:
                if hasattr(item.module, flag):
                    setattr(item.module, flag, True)
            if not hasattr(item.module, "sim") and item.path.name == "test_serialization.py":
                item.module.sim = sys.modules["pyNN.mock"]
            kept.append(item)
    items[:] = kept
    # Two of them import the simulator's own module and use nothing of it.
    sys.modules.setdefault("nest", types.ModuleType("nest"))

"""Docstrings of models and connectors: what a class says of itself, completed by a table of its parameters.

The table comes from the data that also does the work: defaults, units and demands.
"""

import inspect
import re
import textwrap

__all__ = ["complete_connector", "complete_model", "completed"]

# What parameters mean, whichever model has them. A class that has another meaning says so itself.
MEANINGS = {
    "v_rest": "Membrane potential at rest",
    "v_reset": "Membrane potential after a spike, held during the refractory period",
    "v_thresh": "Membrane potential at which the cell fires",
    "cm": "Capacitance of the membrane",
    "tau_m": "Time constant of the membrane",
    "tau_refrac": "Refractory period; rounded up to whole time steps",
    "tau_syn_E": "Time constant of the excitatory synaptic current or conductance",
    "tau_syn_I": "Time constant of the inhibitory synaptic current or conductance",
    "e_rev_E": "Reversal potential of excitatory synapses",
    "e_rev_I": "Reversal potential of inhibitory synapses",
    "i_offset": "Constant current into the cell",
    "a": "Rate at which the recovery variable follows",
    "b": "Sensitivity of the recovery variable to the membrane potential",
    "c": "Membrane potential after a spike",
    "d": "Step of the recovery variable at a spike",
    "rate": "Mean rate of firing",
    "start": "Time of the beginning",
    "stop": "Time of the end, not before `start`",
    "duration": "How long it lasts, from `start` on",
    "spike_times": "Times of the spikes: a list in ms for all cells, or one list for each",
    "weight": "Strength: nA on current-based cells, uS on conductance-based ones, mV on delta cells",
    "delay": "Delay, ms, rounded to whole time steps; the smallest delay if not given",
    "dendritic_delay_fraction": "Share of the delay that lies behind the synapse",
    "U": "Share of the resources that a spike uses",
    "tau_rec": "Time constant of the recovery of resources (depression)",
    "tau_facil": "Time constant of facilitation",
    "tau_plus": "Time constant of potentiation",
    "tau_minus": "Time constant of depression",
    "A_plus": "Step of potentiation, a share of `w_max`",
    "A_minus": "Step of depression, a share of `w_max`",
    "w_min": "Bound that depression leads to, the weakest weight, of the sign of the weights",
    "w_max": "Bound that potentiation leads to, the strongest weight; negative where weights are at most 0, "
    "on inhibitory receptors of current-based cells",
    "mu_plus": "Exponent of the weight's distance from `w_max` in potentiation",
    "mu_minus": "Exponent of the weight in depression",
    "amplitude": "Current while it is on",
    "amplitudes": "Currents, each from the time of the same place in `times` on: a list in nA",
    "times": "Times of the changes, increasing, from 0 on: a list in ms, rounded to time steps",
    "g_leak": "Conductance of the leak",
    "tau_sfa": "Time constant of spike-frequency adaptation",
    "e_rev_sfa": "Reversal potential of the adaptation's conductance",
    "q_sfa": "Step of the adaptation's conductance at a spike",
    "tau_rr": "Time constant of the relative refractory conductance",
    "e_rev_rr": "Reversal potential of the relative refractory conductance",
    "q_rr": "Step of the relative refractory conductance at a spike",
}
# Arguments that most connectors share.
CONNECTOR_ARGUMENTS = {
    "allow_self_connections": (
        'bool or "NoMutual"',
        'Whether a cell may be connected to itself; "NoMutual" also joins two cells of one population in one '
        "direction only.",
    ),
    "with_replacement": ("bool", "Whether the same cell may be chosen more than once."),
    "location_selector": ("None", "Cells here have no compartments."),
    "rng": (
        "random number generator, optional",
        "A seeded NumpyRNG gives the net that PyNN's other backends build; without one the engine chooses, "
        "from streams keyed by the seed of `setup`.",
    ),
    "safe": ("bool", "Whether the signs of weights are checked."),
    "callback": ("callable, optional", "Called with the fraction done, 0 to 1."),
}
RAISES = """Raises
------
InvalidParameterValueError
    If a value lies outside of its range, or is no number; with a population or projection also if the
    platform cannot compute it with the present time step."""
_SECTIONS = ("Attributes", "Raises", "See Also", "Notes", "References", "Examples")


def completed(text, entries):
    """A numpydoc text with a section of parameters that holds all entries.

    Parameters
    ----------
    text : str
        Cleaned docstring, with or without a section of parameters.
    entries : dict of str to (str, str)
        Name -> kind and description; names that the section has already are left out.

    Returns
    -------
    str
    """
    head, section, rest = _parted(text)
    there = set()
    for line in section.split("\n"):
        if line and not line.startswith(" ") and " : " in line:
            there.update(name.strip(" *") for name in line.split(" : ")[0].split(","))
    lines = [section.rstrip()] if section.strip() else []
    for name, (kind, description) in entries.items():
        if name not in there:
            lines += [f"{name} : {kind}", *_indented(description)]
    if lines:
        head += "\n\nParameters\n----------\n" + "\n".join(lines)
    return f"{head}\n\n{rest}".rstrip() + "\n" if rest else head + "\n"


def _indented(sentence):
    return textwrap.wrap(sentence, 106, initial_indent="    ", subsequent_indent="    ")


def _parted(text):
    """What stands before the section of parameters, the section without its heading, and what follows."""
    heading = re.search(r"^Parameters\n-+\n", text, re.MULTILINE)
    others = re.search(rf"^({'|'.join(_SECTIONS)})\n-+\n", text, re.MULTILINE)
    end = others.start() if others else len(text)
    if heading is None:
        return text[:end].rstrip(), "", text[end:]
    return text[: heading.start()].rstrip(), text[heading.end() : end], text[end:]


def complete_model(model):
    """Give a model's class a docstring with all its parameters: default, meaning, unit and range."""
    text = inspect.cleandoc(model.__doc__ or "")
    demands, units = getattr(model, "demands", {}), getattr(model, "units", {})
    entries = {}
    for name, default in model.default_parameters.items():
        kind = "float" if isinstance(default, (int, float)) or default is None else "list"
        value = "" if default is None else f", default {default:g}" if kind == "float" else ", default empty"
        meaning = MEANINGS.get(name, name)
        allowed = str(demands[name]) if name in demands else units.get(name, "") if kind == "float" else ""
        entries[name] = (f"{kind}{value}", f"{meaning}: {allowed}." if allowed else f"{meaning}.")
    if hasattr(model, "receptor_types") and "Recordable:" not in text:
        head, section, rest = _parted(text)
        known = [f"Recordable: {', '.join(model.recordable)}."]
        if model.receptor_types:
            known.append(f"Receptors: {', '.join(model.receptor_types)}.")
        states = [f"{k} = {v:g} {units.get(k, '')}".rstrip() for k, v in model.default_initial_values.items()]
        known += [f"Initially {', '.join(states)}."] if states else []
        section = f"\n\nParameters\n----------\n{section}" if section else ""
        known = textwrap.fill(" ".join(known), 106)
        text = f"{head}\n\n{known}{section}\n\n{rest}"
    head, section, rest = _parted(text)
    if "Raises\n---" not in rest:
        section = f"\n\nParameters\n----------\n{section}" if section else ""
        text = f"{head}{section}\n\n{RAISES}\n\n{rest}"
    model.__doc__ = completed(text, entries)


def complete_connector(connector):
    """Give a connector's class a docstring that has the arguments which most connectors share."""
    names = inspect.signature(connector.__init__).parameters
    shared = {name: entry for name, entry in CONNECTOR_ARGUMENTS.items() if name in names}
    connector.__doc__ = completed(inspect.cleandoc(connector.__doc__ or ""), shared)

"""Brian2's side of a benchmark net: C++ standalone, compiled once before the measurement, spikes recorded.

The program starts afresh for each request: it settles, warms up and runs the timed span; its processor time
is read by two lines that Brian2 inserts around that run.

    brian2_worker.py FOLDER [FILE]     FILE: spikes are written there at the end
"""

import subprocess
import sys
from pathlib import Path

import protocol

channel = protocol.claim_stdout()

import brian2 as b2  # noqa: E402
import numpy as np  # noqa: E402
from brian2 import ms as millisecond  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import nets  # noqa: E402

CURRENT = """dv/dt = (v_rest - v + (i_exc + i_inh)*resistance)/tau_m : 1 (unless refractory)
di_exc/dt = -i_exc/tau_syn_E : 1
di_inh/dt = -i_inh/tau_syn_I : 1"""
CONDUCTANCE = """dv/dt = (v_rest - v + synaptic)/tau_m : 1 (unless refractory)
synaptic = g_exc*(e_rev_E - v) + g_inh*(e_rev_I - v) : 1
dg_exc/dt = -g_exc/tau_syn_E : 1
dg_inh/dt = -g_inh/tau_syn_I : 1"""
PLASTIC = """w : 1
dpre_trace/dt = -pre_trace/tau_plus : 1 (event-driven)
dpost_trace/dt = -post_trace/tau_minus : 1 (event-driven)"""
TIMES = ("dt", "tau_m", "tau_refrac", "tau_syn_E", "tau_syn_I", "tau_plus", "tau_minus", "delay")


def namespace(p):
    """The net's parameters, units on times alone; the rest are plain numbers (mV, nA, units of the leak)."""
    names = {key: value for key, value in p.items() if isinstance(value, (int, float))}
    names.update({key: names[key] * millisecond for key in TIMES if key in names})
    names.update({key: value * millisecond for key, value in names.items() if key.startswith("tau_") and not
                  isinstance(value, b2.Quantity)})  # fmt: skip
    return names


def synapses(net, source, target, pre, post, on_pre, **options):
    """Explicit pairs with one delay."""
    made = b2.Synapses(source, target, on_pre=on_pre, **options)
    made.connect(i=pre.astype(np.int32), j=post.astype(np.int32))
    net.add(made)
    return made


def point_net(p, arrays, names):
    """CUBA, COBA, balanced: cells in one group, E first."""
    net = b2.Network()
    conductance = "e_rev_E" in p
    n_cells = p["n_exc"] + p["n_inh"]
    names["resistance"] = p["tau_m"] / p["cm"]
    group = b2.NeuronGroup(
        n_cells,
        CONDUCTANCE if conductance else CURRENT,
        threshold="v > v_thresh",
        reset="v = v_reset",
        refractory=p["tau_refrac"] * millisecond,
        method="exponential_euler" if conductance else "exact",
        namespace=names,
    )
    group.v = np.array(arrays["v_init"])
    monitor = b2.SpikeMonitor(group)
    net.add(group, monitor)
    unit = p["tau_m"] / p["cm"] if conductance else 1.0
    exc, inh = ("g_exc", "g_inh") if conductance else ("i_exc", "i_inh")
    names["jump_exc"] = p["weight_exc"] * unit
    names["jump_inh"] = p["weight_inh"] * unit * (1 if conductance else -1)
    delay = p["delay"] * millisecond
    if p["family"] == "driven":
        for receptor, on_pre in (
            ("excitatory", f"{exc}_post += jump_exc"),
            ("inhibitory", f"{inh}_post += jump_inh"),
        ):
            times = np.array(arrays[f"{receptor}_step"]) * p["dt"] * millisecond
            source = np.array(arrays[f"{receptor}_source"]).astype(np.int32)
            source = b2.SpikeGeneratorGroup(n_cells, source, times)
            net.add(source)
            synapses(
                net,
                source,
                group,
                np.arange(n_cells),
                np.arange(n_cells),
                on_pre,
                delay=delay,
                namespace=names,
            )
        return net, monitor
    pre, post = nets.pairs(arrays["row_ptr"], arrays["targets"])
    excitatory = pre < p["n_exc"]
    plastic = np.zeros(pre.size, dtype=bool)
    if p["family"] == "balanced_stdp":
        plastic = excitatory & (post < p["n_exc"])
        names["up"], names["down"] = p["A_plus"] * p["w_max"], p["A_minus"] * p["w_max"]
        learn = synapses(
            net, group[: p["n_exc"]], group[: p["n_exc"]], pre[plastic], post[plastic],
            "i_exc_post += w\npre_trace += 1\nw = clip(w - down*post_trace, 0, w_max)",
            model=PLASTIC, on_post="post_trace += 1\nw = clip(w + up*pre_trace, 0, w_max)",
            delay={"pre": delay}, namespace=names,
        )  # fmt: skip
        learn.w = p["weight_exc"]
    chosen = excitatory & ~plastic
    inhibitory = ~excitatory
    synapses(
        net, group, group, pre[chosen], post[chosen], f"{exc}_post += jump_exc", delay=delay, namespace=names
    )
    synapses(
        net, group[p["n_exc"] :], group, pre[inhibitory] - p["n_exc"], post[inhibitory],
        f"{inh}_post += jump_inh", delay=delay, namespace=names,
    )  # fmt: skip
    if p["family"] == "coba":
        times = np.array(arrays["kick_step"]) * p["dt"] * millisecond
        source = b2.SpikeGeneratorGroup(
            p["kick_sources"], np.array(arrays["kick_source"]).astype(np.int32), times
        )
        net.add(source)
        names["jump_kick"] = p["kick_weight"] * unit
        kick_pre, kick_post = nets.pairs(arrays["kick_row_ptr"], arrays["kick_targets"])
        synapses(
            net, source, group, kick_pre, kick_post, "g_exc_post += jump_kick", delay=delay, namespace=names
        )
    if p.get("poisson_rate"):
        # 1,000 sources of a thousandth of the rate: binomial, which Brian2 draws faster than a PoissonGroup.
        rate = p["poisson_rate"] / 1000.0 * b2.Hz
        net.add(b2.PoissonInput(group, "i_exc", 1000, rate, weight=p["poisson_weight"]))
    return net, monitor


def digit_net(p, arrays, names):
    """Diehl and Cook: traces kept by cells (cheaper than by synapses)."""
    net = b2.Network()
    images = np.array(arrays["images"]).astype(float)
    rates = np.zeros((2 * p["n_images"], p["n_input"]))
    span = 50.0  # divides both the shown and the resting part
    per_image = int((p["shown"] + p["rest"]) / span)
    shown = int(p["shown"] / span)
    rates = np.zeros((p["n_images"] * per_image, p["n_input"]))
    for index, image in enumerate(images):
        rates[index * per_image : index * per_image + shown] = image * p["rate_per_grey"]
    names["pixel_rates"] = b2.TimedArray(rates * b2.Hz, dt=span * millisecond)
    names["image_steps"] = int((p["shown"] + p["rest"]) / p["dt"])
    names["theta_decay"] = float(np.exp(-p["dt"] / p["tau_theta"]))
    pixels = b2.NeuronGroup(
        p["n_input"],
        "dpre/dt = -pre/tau_pre : 1",
        threshold="rand() < pixel_rates(t, i)*dt",
        reset="pre = 1",
        events={"image_starts": "timestep(t, dt) % image_steps == 0"},
        method="exact",
        namespace=names,
    )
    cell = """dv/dt = (v_rest_{0} - v + synaptic)/tau_m_{0} : 1 (unless refractory)
    synaptic = g_exc*(e_rev_E - v) + g_inh*(e_rev_I_{0} - v) : 1
    dg_exc/dt = -g_exc/tau_syn_E : 1
    dg_inh/dt = -g_inh/tau_syn_I : 1"""
    exc = b2.NeuronGroup(
        p["n_exc"],
        cell.format("exc")
        + """
    dpost1/dt = -post1/tau_post1 : 1
    dpost2/dt = -post2/tau_post2 : 1
    dtheta/dt = -theta/tau_theta : 1
    total : 1""",
        threshold="v > theta + theta_offset + v_thresh_exc",
        reset="v = v_reset_exc\ntheta += theta_plus\npost1 = 1\npost2 = 1",  # after synapses read them
        refractory=p["tau_refrac_exc"] * millisecond,
        method="exponential_euler",
        namespace=names,
    )
    inh = b2.NeuronGroup(
        p["n_inh"],
        cell.format("inh"),
        threshold="v > v_thresh_inh",
        reset="v = v_reset_inh",
        refractory=p["tau_refrac_inh"] * millisecond,
        method="exponential_euler",
        namespace=names,
    )
    exc.v = p["v_rest_exc"] + p["v_init_offset"]
    inh.v = p["v_rest_inh"] + p["v_init_offset"]
    exc.theta = p["theta_init"]
    delay = p["delay"] * millisecond
    learn = b2.Synapses(
        pixels,
        exc,
        "w : 1",
        on_pre={
            "pre": "g_exc_post += w\nw = clip(w - eta_pre*post1_post, 0, w_max)",
            "clear": "total_post = 0",
            "add": "total_post += w",
            "scale": "w *= w_sum/total_post",
        },
        on_event={"pre": "spike", "clear": "image_starts", "add": "image_starts", "scale": "image_starts"},
        on_post="w = clip(w + eta_post*pre_pre*post2_post, 0, w_max)",
        delay={"pre": delay},
        namespace=names,
    )
    for order, pathway in enumerate((learn.clear, learn.add, learn.scale)):
        pathway.order = order - 5
    learn.connect()
    learn.w = np.array(arrays["weights"]).ravel()
    forward = b2.Synapses(exc, inh, on_pre="g_exc_post += weight_exc_inh", delay=delay, namespace=names)
    forward.connect(j="i")
    back = b2.Synapses(inh, exc, on_pre="g_inh_post += weight_inh_exc", delay=delay, namespace=names)
    back.connect(condition="i != j")
    monitor = b2.SpikeMonitor(exc)
    net.add(pixels, exc, inh, learn, forward, back, monitor)
    return net, monitor


def main():
    p, arrays = nets.load(sys.argv[1])
    # The settle time and the timed span are compiled in; the first request makes the program.
    state = {}

    def build(ms):
        b2.set_device("cpp_standalone", build_on_run=False)
        b2.prefs.codegen.cpp.headers += ["<ctime>", "<iostream>"]
        b2.defaultclock.dt = p["dt"] * millisecond
        b2.seed(p["seed"])
        names = namespace(p)
        make = digit_net if p["family"] == "diehl_cook" else point_net
        net, monitor = make(p, arrays, names)
        settle = p["settle"] + 20.0 if p.get("settle") else 0.0
        warm_up = p["shown"] + p["rest"] if p["family"] == "diehl_cook" else settle
        device = b2.get_device()
        if warm_up > 0:
            net.run(warm_up * millisecond)
        array = device.get_array_name(monitor.variables["i"], access_data=False)
        count = f"brian::{array}.size()"
        clock = '(double) std::clock()/CLOCKS_PER_SEC << " " << ' + count + " << std::endl;"
        device.insert_code("main", 'std::cout.precision(9); std::cout << "STAMP " << ' + clock)
        net.run(ms * millisecond)
        device.insert_code("main", 'std::cout << "STAMP " << ' + clock)
        folder = nets.build_root() / "brian2" / f"{p['name']}-{p['seed']}-{ms:g}"
        device.build(directory=str(folder), compile=True, run=False, debug=False)
        state.update(folder=folder, ms=ms, monitor=monitor)

    def run(ms):
        if state.get("ms") is None:
            build(ms)
        elif state["ms"] != ms:
            raise ValueError(f"compiled for runs of {state['ms']} ms, asked for {ms}")
        answer = subprocess.run(["./main"], cwd=state["folder"], capture_output=True, text=True, check=True)
        stamps = [line.split()[1:] for line in answer.stdout.splitlines() if line.startswith("STAMP ")]
        (cpu0, n0), (cpu1, n1) = stamps
        return {"cpu": float(cpu1) - float(cpu0), "spikes": int(n1) - int(n0)}

    ready = {"version": f"Brian2 {b2.__version__}", "arithmetic": "float64", "runs_whole": True}
    protocol.serve(channel, ready, run)
    if len(sys.argv) > 2:
        monitor = state["monitor"]
        result = {}
        for key, name, scale in (("cell", "i", 1.0), ("step", "t", p["dt"] / 1000.0)):
            variable = monitor.variables[name]
            path = Path(b2.get_device().get_array_filename(variable))
            path = state["folder"] / "results" / path.name
            result[key] = np.rint(np.fromfile(path, dtype=variable.dtype) / scale).astype(np.int64)
        np.savez(sys.argv[2], **result)


main()

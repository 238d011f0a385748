"""Trained networks of all kinds that Lava-DL writes and reads: files made here, replayed, and worked out
layer by layer from the description of the format (convolutions as cross-correlations of images in the order
channel, y, x)."""

import h5py
import numpy as np
import pytest
from golden.loihi_model.cells import Compartment, Delta, Sigma, SigmaDelta
from golden.replay import replay_loihi

read_layers = replay_loihi.replay_loihi_netx.read_layers
run_layers = replay_loihi.replay_loihi_netx.run_layers
N_STEPS = 24
CUBA = {"type": b"CUBA", "iDecay": 1024, "vDecay": 128, "vThMant": 80, "refDelay": 1, "gradedSpike": None}
SDNN = {"type": b"SDNN", "activation": b"relu", "vThMant": 3}
IMAGE = (2, 6, 5)  # channels, height, width


def even(rng, shape, most=120):
    return 2 * rng.integers(-most // 2, most // 2 + 1, shape)


def conv(rng, n_in, n_out, size, **form):
    layer = {"type": [b"conv"], "weight": even(rng, (n_out, n_in // form.get("groups", 1), *size))}
    layer |= {"kernelSize": size, "stride": (2, 1), "padding": (1, 2), "dilation": (1, 1), "groups": 1}
    return {**layer, "bias": even(rng, n_out, 20).astype(float), **form}


def dense(rng, n_in, n_out, **more):
    return {"type": b"dense", "shape": [n_out], "weight": even(rng, (n_out, n_in)).astype(float), **more}


def write(path, layers):
    """A `.net` file: values are datasets; None is a null dataset, as one exporter leaves."""
    with h5py.File(path, "w") as file:
        for number, layer in enumerate(layers):
            group = file.create_group(f"layer/{number}")
            for name, value in layer.items():
                items = (
                    {f"neuron/{key}": own for key, own in value.items()}
                    if name == "neuron"
                    else {name: value}
                )
                for key, own in items.items():
                    group[key] = h5py.Empty("f") if own is None else own
    return path


def correlate(images, layer):
    """Cross-correlation of images (channel, y, x) with the layer's kernels."""
    weights, groups = layer["weight"], layer["groups"]
    (sy, sx), (py, px), (dy, dx) = layer["stride"], layer["padding"], layer["dilation"]
    padded = np.pad(images, ((0, 0), (py, py), (px, px)))
    n_out, n_in, ky, kx = weights.shape
    height = (padded.shape[1] - dy * (ky - 1) - 1) // sy + 1
    width = (padded.shape[2] - dx * (kx - 1) - 1) // sx + 1
    result = np.zeros((n_out, height, width), np.int64)
    for out, y, x in np.ndindex(*result.shape):
        first = out // (n_out // groups) * n_in
        for i, j in np.ndindex(ky, kx):
            pixel = padded[first : first + n_in, y * sy + i * dy, x * sx + j * dx]
            result[out, y, x] += (pixel * weights[out, :, i, j]).sum()
    return result


def cells_of(layer, n, number, params):
    """The model's cells of a layer."""
    own = layer.get("neuron", {"type": b"CUBA", "iDecay": 0, "vDecay": 4096, "vThMant": 1 << 17})
    bias = np.ravel(layer.get("bias", 0)).astype(int)
    bias = np.repeat(bias, n // len(bias)) if layer["type"] != b"input" else np.zeros(n, int)
    if own["type"] == b"SDNN":
        if "sigma_output" in own:
            return [Sigma() for _ in range(n)]
        form = (own["vThMant"], params.get("spike_exp", 6), 6, False)
        if layer["type"] == b"input":
            return [Delta(*form) for _ in range(n)]
        return [SigmaDelta(*form, int(b), True, False) for b in bias]
    reset = {}
    if "reset_interval" in params:
        reset = {"reset_interval": params["reset_interval"]}
        # steps of the emulator begin at 1, layers reset one after the other
        reset["reset_offset"] = params["reset_offset"] + 1 + number
    return [
        Compartment("lava", own["iDecay"], own["vDecay"], own["vThMant"], 64 * int(b), **reset) for b in bias
    ]


def expected(layers, inputs, params):
    """Rows of what each layer sends, images as (channel, y, x); and their cells' states."""
    sent, states = [], []
    before = [np.asarray(row, np.int64) for row in inputs]
    for layer in layers:
        if layer["type"] == b"flatten":
            before = [row.ravel() for row in before]
            continue
        if layer["type"] == b"input" and "neuron" not in layer:
            continue
        own, rows, state = [], [], []
        for r in range(len(inputs)):
            if layer["type"] == b"input":
                arrived = before[r]
            elif layer["type"] == [b"conv"]:
                arrived = correlate(before[r - 1] if r else np.zeros_like(before[0]), layer)
            else:
                arrived = through(layer, layer["weight"], before, r)
                if "weight_rec" in layer and r:
                    arrived = arrived + through(layer, layer["weight_rec"], own, r)
            if r == 0:
                cells = cells_of(layer, arrived.size, len(sent), params)
            own.append(np.array([c.step([int(a)]) for c, a in zip(cells, arrived.ravel(), strict=True)]))
            rows.append(own[-1].reshape(arrived.shape))
            values = [getattr(cell, "sigma", getattr(cell, "v", 0)) for cell in cells]
            state.append(np.reshape(values, arrived.shape))
        sent.append(np.array(rows))
        states.append(np.array(state))
        before = rows
    return sent, states


def through(layer, weights, before, r):
    """What arrives through a matrix in row r: a step after it was sent, and its delay later."""
    weights = np.asarray(weights).astype(np.int64)
    delays = np.asarray(layer.get("delay", 0))
    delays = delays[:, None] if delays.shape == (len(weights),) else delays
    delays = np.minimum(np.broadcast_to(delays, weights.shape).astype(int), 62)
    total = np.zeros(len(weights), np.int64)
    for delay in np.unique(delays):
        if 0 <= r - 1 - delay < len(before):
            total += np.where(delays == delay, weights, 0) @ before[r - 1 - delay]
    return total


def events(rng, shape, share=0.4):
    return (rng.random((N_STEPS, *shape)) < share).astype(np.int64)


def network(kind):
    """(layers, inputs with images as (channel, y, x), params) of a kind of network."""
    rng = np.random.default_rng(11)
    image = {"type": b"input", "shape": IMAGE}
    to_dense = [
        conv(rng, 2, 4, (3, 3), shape=(4, 3, 7), groups=2, neuron=CUBA),
        {"type": b"flatten", "shape": [84, 1, 1]},
        dense(rng, 84, 9, neuron=CUBA, delay=rng.integers(0, 5, 9).astype(float)),
    ]
    if kind == "reset":
        layers = [image, *to_dense, dense(rng, 9, 4, neuron=CUBA)]
        return layers, events(rng, IMAGE), {"reset_interval": 7, "reset_offset": 3}
    if kind == "recurrence":
        square = {"type": b"dense_rec", "weight_rec": even(rng, (9, 9)), "neuron": CUBA}
        layers = [image, *to_dense, {**dense(rng, 9, 9), **square}, dense(rng, 9, 3)]
        return layers, events(rng, IMAGE), {}
    if kind == "delays":
        layers = [
            {"type": b"input", "shape": [12, 1, 1]},
            dense(rng, 12, 8, neuron=CUBA, delay=2, bias=[6.0]),
            dense(rng, 8, 10, neuron=CUBA, delay=rng.integers(0, 70, 8)),
            dense(rng, 10, 6, neuron=CUBA, delay=rng.integers(0, 9, (6, 10)), shape=[6, 1, 1]),
            {
                **dense(rng, 6, 6, delay=[3]),
                "type": b"dense_rec",
                "weight_rec": even(rng, (6, 6)),
                "neuron": CUBA,
            },
        ]
        # without the last layer's common factor there is no exponent that would be forgotten
        layers[-1]["weight"][0, 0], layers[-1]["weight_rec"][0, 0] = 254, 2
        return layers, events(rng, (12,)), {}
    if kind == "sigma-delta":
        graded = {**SDNN, "vThMant": 0}
        layers = [
            {**image, "neuron": graded},
            conv(rng, 2, 4, (3, 2), shape=(4, 3, 8), neuron={**SDNN, "vThMant": 9}),
            conv(rng, 4, 3, (2, 2), shape=(3, 1, 4), neuron=graded, stride=(2, 2), padding=(0, 0)),
            {"type": b"flatten", "shape": [12, 1, 1]},
            dense(rng, 12, 7, neuron=SDNN, bias=even(rng, 7, 30)),
            dense(rng, 7, 2, neuron={**SDNN, "sigma_output": True}),
        ]
        # biased cells send in the first row; a picture that changes now and then
        pictures = rng.integers(-50, 60, (4, *IMAGE))
        return layers, np.repeat(pictures, N_STEPS // 4, axis=0), {"spike_exp": 6}
    flat = [image, dense(rng, int(np.prod(IMAGE)), 8, neuron=CUBA), dense(rng, 8, 3, neuron=CUBA)]
    return flat, events(rng, IMAGE), {}


@pytest.mark.parametrize("kind", ["reset", "recurrence", "delays", "sigma-delta", "flat"])
def test_network_of_a_file_equals_its_description(kind, tmp_path):
    layers, inputs, params = network(kind)
    read, _ = read_layers(write(tmp_path / "made.net", layers))
    # the replay takes images as (x, y, channel), and numbers one after the other in the file's order
    replayed = inputs.transpose(0, 3, 2, 1) if inputs.ndim == 4 and kind != "flat" else inputs
    replayed = replayed.reshape(N_STEPS, -1) if kind == "flat" else replayed

    result = run_layers({"params": params, "s_in": replayed}, read, N_STEPS, {})

    if kind == "flat":
        inputs = inputs.reshape(N_STEPS, -1)
    sent, states = expected(layers, inputs, params)
    assert len(sent) > 1
    for number, (spikes, state) in enumerate(zip(sent, states, strict=True)):
        order = (0, 3, 2, 1) if spikes.ndim == 4 else (0, 1)
        assert np.count_nonzero(spikes) > 0 or number == len(sent) - 1
        assert np.array_equal(result[f"s{number}"], spikes.transpose(order)), number
        name = next(name for name in (f"sigma{number}", f"v{number}") if name in result)
        assert np.array_equal(result[name], state.transpose(order)), number


def test_a_recurrent_matrix_has_a_sign_mode_of_its_own(tmp_path):
    # together the weights are mixed, of 7 bits: steps of 4 and of -256 the range; the recurrent one alone is
    # inhibitory, whose range ends at -255 and whose steps are 2: -254
    layer = {"type": b"dense_rec", "shape": [1], "weight": np.array([[100, -20]]), "weight_rec": [[-256]]}
    neuron = {**CUBA, "iDecay": 4096, "vThMant": 50}
    read, _ = read_layers(write(tmp_path / "made.net", [{**layer, "neuron": neuron}]))

    inputs = np.array([[1, 0], [0, 1], [0, 0], [0, 0]])
    result = run_layers({"params": {}, "s_in": inputs}, read, 4, {})

    assert result["s0"].ravel().tolist() == [0, 1, 0, 0]
    assert result["u0"].ravel().tolist() == [0, 64 * 100, 64 * (-20 - 254), 0]

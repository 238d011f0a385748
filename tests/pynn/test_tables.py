"""Data as pandas and xarray tables, and what notebooks show."""

import time

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors

pandas = pytest.importorskip("pandas")


@pytest.fixture
def net():
    sim.setup()
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[3.0, 1.0][::-1], [2.0]]), label="source")
    cells = sim.Population(3, sim.IF_curr_exp(i_offset=[0.0, 0.5, 1.0]), label="cells")
    others = sim.Population(4, sim.IF_curr_exp(i_offset=0.25), label="others")
    source.record("spikes")
    cells.record(["v", "spikes"])
    others[1:3].record(["v", "isyn_exc"])
    weights = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    projection = sim.Projection(
        source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weights, delay=0.5), label="joined"
    )
    sim.run(5.0)
    return source, cells, others, projection


# --- pandas -----------------------------------------------------------------------------------------------


def test_spikes_are_a_frame_of_times_and_cells_by_time(net):
    source, *_ = net
    frame = source.to_pandas("spikes")
    assert frame.to_dict("list") == {"time": [1.0, 2.0, 3.0], "cell": [0, 1, 0]}
    assert frame.attrs["units"] == "ms"


def test_a_signal_is_a_frame_of_times_by_cells(net):
    _, cells, _, _ = net
    frame = cells.to_pandas("v")
    signal = cells.get_data("v").segments[0].analogsignals[0]
    assert frame.shape == (51, 3)
    assert frame.index[3] == 0.3 and frame.index.name == "time"
    assert list(frame.columns) == [0, 1, 2] and frame.columns.name == "cell"
    assert frame.attrs["units"] == "mV"
    np.testing.assert_array_equal(frame.to_numpy(), signal.magnitude)


def test_all_variables_are_a_dict(net):
    _, cells, _, _ = net
    frames = cells.to_pandas()
    assert set(frames) == {"v", "spikes"}
    assert set(cells.to_pandas(["v"])) == {"v"}


def test_cells_of_a_view_and_of_an_assembly_are_numbered_in_it(net):
    _, cells, others, _ = net
    assert list(others[2:].to_pandas("v").columns) == [0]
    both = (cells + others).to_pandas("v")
    assert list(both.columns) == [0, 1, 2, 4, 5]
    np.testing.assert_array_equal(both[4].to_numpy(), others.to_pandas("v")[1].to_numpy())


def test_segments_can_be_chosen(net):
    source, cells, _, _ = net
    sim.reset()
    sim.run(1.5)
    assert cells.to_pandas("v").shape == (16, 3)
    assert cells.to_pandas("v", segment=0).shape == (51, 3)
    assert source.to_pandas("spikes")["time"].tolist() == [1.0]
    with pytest.raises(IndexError, match='"cells" has no segment 2'):
        cells.to_pandas("v", segment=2)


def test_before_a_run_there_is_no_segment():
    sim.setup()
    cells = sim.Population(2, sim.IF_curr_exp())
    cells.record("v")
    with pytest.raises(IndexError, match="no segment"):
        cells.to_pandas()


def test_an_unknown_variable_raises(net):
    with pytest.raises(errors.RecordingError):
        net[1].to_pandas("w")


def test_synapses_are_rows_in_the_order_of_get(net):
    *_, projection = net
    frame = projection.to_pandas()
    assert list(frame.columns) == ["presynaptic_index", "postsynaptic_index", "weight", "delay"]
    assert list(frame.itertuples(index=False, name=None)) == projection.get(["weight", "delay"], "list")
    assert list(projection.to_pandas("weight").columns) == frame.columns[:3].tolist()
    with pytest.raises(errors.NonExistentParameterError):
        projection.to_pandas("colour")


def test_a_million_rows_come_without_work_for_each():
    sim.setup()
    cells = sim.Population(1000, sim.IF_curr_exp())
    projection = sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1))
    begun = time.process_time()
    frame = projection.to_pandas()
    assert len(frame) == 1_000_000
    assert time.process_time() - begun < 1.0


# --- xarray -----------------------------------------------------------------------------------------------


def test_a_dataset_holds_everything(net):
    pytest.importorskip("xarray")
    _, cells, others, _ = net
    data = (cells + others).to_xarray()
    assert data["v"].dims == ("time", "cell")
    assert data["v"].attrs["units"] == "mV" and data["isyn_exc"].attrs["units"] == "nA"
    assert data["cell"].values.tolist() == [0, 1, 2, 4, 5]
    assert data["population"].values.tolist() == ["cells"] * 3 + ["others"] * 2
    assert data["id"].values.tolist() == [
        int(i) for i in (cells[0], cells[1], cells[2], others[1], others[2])
    ]
    assert np.isnan(data["isyn_exc"].sel(cell=0)).all()
    np.testing.assert_array_equal(data["v"].sel(cell=1).values, cells.to_pandas("v")[1].to_numpy())
    assert float(data["v"].sel(cell=0, time=0.3)) == -65.0


def test_a_dataset_of_spikes_alone(net):
    pytest.importorskip("xarray")
    data = net[0].to_xarray("spikes")
    assert data["spike_time"].values.tolist() == [1.0, 2.0, 3.0]
    assert data["spike_cell"].values.tolist() == [0, 1, 0]
    assert data["spike_time"].attrs["units"] == "ms"


def test_a_dataset_of_synapses(net):
    pytest.importorskip("xarray")
    projection = net[-1]
    data = projection.to_xarray()
    assert data.sizes == {"synapse": 6}
    assert data["weight"].values.tolist() == [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
    assert data["presynaptic_index"].values.tolist() == [0, 1, 0, 1, 0, 1]
    assert data.attrs["label"] == "joined" and data.attrs["receptor_type"] == "excitatory"


@pytest.mark.parametrize(("library", "method"), [("pandas", "to_pandas"), ("xarray", "to_xarray")])
def test_a_missing_library_is_named(net, monkeypatch, library, method):
    import importlib

    real = importlib.import_module

    def without(name, *rest):
        if name == library:
            raise ImportError(f"No module named {name}")
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    for thing in (net[1], net[-1]):
        with pytest.raises(ImportError, match=rf"{method}\(\) needs {library}.*pynn-neuro\[{library}\]"):
            getattr(thing, method)()


# --- notebooks --------------------------------------------------------------------------------------------


def test_a_population_shows_its_cells_and_parameters(net):
    _, cells, others, _ = net
    text = cells._repr_html_()
    assert text.startswith("<table>") and text.endswith("</table>")
    for row in (
        "<th>cells</th><td>3</td>",
        "<th>cell type</th><td>IF_curr_exp</td>",
        "<th>tau_m</th><td>20 ms</td>",
        "<th>i_offset</th><td>0 to 1 nA, mean 0.5 nA</td>",
        "<th>recorded</th><td>spikes, v</td>",
    ):
        assert row in text
    assert "<th>cells</th><td>2</td>" in others[1:3]._repr_html_()
    both = (cells + others)._repr_html_()
    assert "<th>cells</th><td>7</td>" in both and "<th>others</th><td>4 IF_curr_exp</td>" in both


def test_a_source_tells_how_many_times_it_has(net):
    assert "<th>spike_times</th><td>3 times</td>" in net[0]._repr_html_()


def test_a_projection_shows_its_sides_and_values(net):
    text = net[-1]._repr_html_()
    for row in (
        "<th>from</th><td>source (2 cells)</td>",
        "<th>to</th><td>cells (3 cells)</td>",
        "<th>connector</th><td>AllToAllConnector</td>",
        "<th>synapse type</th><td>StaticSynapse</td>",
        "<th>synapses</th><td>6</td>",
        "<th>weight</th><td>1 to 6 nA, mean 3.5 nA</td>",
        "<th>delay</th><td>0.5 ms</td>",
    ):
        assert row in text


def test_labels_are_escaped_and_dead_objects_still_shown(net):
    cells = sim.Population(1, sim.IF_curr_exp(), label="<script>")
    assert "&lt;script&gt;" in cells._repr_html_() and "<script>" not in cells._repr_html_()
    sim.setup()
    assert "made before the last setup()" in cells._repr_html_()
    assert "made before the last setup()" in net[-1]._repr_html_()

"""Run a script with pynn_neuro as `pyNN.pynn_neuro` and tell what data it took out.

`python run_example.py SCRIPT ARGUMENTS...`; the last line printed is a JSON object with the numbers of spikes
and samples in the blocks that recorders gave, and of synapses in the projections that were made.
"""

import json
import runpy
import sys


def main(arguments):
    import pyNN

    import pynn_neuro
    from pynn_neuro.projections import Projection
    from pynn_neuro.recording import Recorder

    sys.modules["pyNN.pynn_neuro"] = pynn_neuro
    pyNN.pynn_neuro = pynn_neuro
    taken = {"spikes": 0, "samples": 0, "synapses": 0}
    get, project = Recorder.get, Projection.__init__

    def counting_get(self, *args, **kwargs):
        block = get(self, *args, **kwargs)
        for segment in block.segments:
            taken["spikes"] += sum(len(train) for train in segment.spiketrains)
            taken["samples"] += sum(signal.size for signal in segment.analogsignals)
        return block

    def counting_init(self, *args, **kwargs):
        project(self, *args, **kwargs)
        taken["synapses"] += len(self)

    Recorder.get, Projection.__init__ = counting_get, counting_init
    sys.argv = arguments
    runpy.run_path(arguments[0], run_name="__main__")
    print(json.dumps(taken))


if __name__ == "__main__":
    main(sys.argv[1:])

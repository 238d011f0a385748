"""What every simulator's process speaks: one JSON line when ready, one for each `run <ms>` line on stdin."""

import json
import os
import resource
import sys
import time


def claim_stdout():
    """Keep the real stdout for JSON; whatever a simulator prints goes to stderr."""
    channel = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return channel


def resident_bytes():
    """Resident memory of this process now."""
    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[1]) * resource.getpagesize()


def timed(action, *arguments):
    """(processor seconds, wall seconds) of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    action(*arguments)
    return time.process_time() - cpu, time.perf_counter() - wall


def serve(channel, ready, run):
    """Answer requests until stdin closes. `run(ms)` returns a dict with `cpu` and `spikes` of those ms."""
    print(json.dumps(ready), file=channel, flush=True)
    for line in sys.stdin:
        word, _, argument = line.partition(" ")
        if word != "run":
            raise ValueError(f"unknown request {line!r}; known: run <ms>")
        print(json.dumps(run(float(argument))), file=channel, flush=True)

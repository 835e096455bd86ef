"""A peer as a process: worker.py PEER THREADS

Reads one piece of work per line from standard input, as JSON, and answers with a line of JSON: the seconds of
one call, and of networks the number of parameters. compare.py starts one of these for every peer and number of
threads and hands out the work in turns.
"""

import json
import os
import sys
import time


def seconds_per_call(call, at_least):
    call()  # compiles, allocates, warms up
    calls = 0
    start = time.perf_counter()
    while True:
        call()
        calls += 1
        elapsed = time.perf_counter() - start
        if elapsed >= at_least:
            return elapsed / calls


def make_peer(name, threads):
    if name.startswith("pytorch"):
        from torch_peer import TorchPeer

        return TorchPeer(name, threads)
    import onnx_peer

    return onnx_peer.make(name, threads)


def main():
    # Libraries print what they like to standard output; the answers go where it led.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    name, threads = sys.argv[1], int(sys.argv[2])
    calls = {}

    def answer(**what):
        answers.write(json.dumps(what) + "\n")

    try:
        peer = make_peer(name, threads)
    except Exception as error:  # whatever keeps a peer from running is reported, and it is left out
        answer(error=f"{type(error).__name__}: {error}")
        return
    answer(version=peer.version)
    for line in sys.stdin:
        work = json.loads(line)
        at_least = work.pop("at_least")
        key = json.dumps(work, sort_keys=True)
        try:
            if key not in calls:
                calls[key] = peer.prepare(work)
            call, parameters = calls[key]
            answer(seconds=seconds_per_call(call, at_least), parameters=parameters)
        except Exception as error:
            answer(error=f"{type(error).__name__}: {error}")


main()

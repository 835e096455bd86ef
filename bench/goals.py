"""What ebb wants to reach, as (metric, at least) pairs. The metrics are computed in report.py:

peak       direct-method operations per second, in multiply-add peaks of the threads in use
best       speed in relation to the best peer; any other name: in relation to that peer
one        speed in relation to one thread
gflops     10^9 direct-method operations per second
"""

NETWORKS = {
    ("inference", "app/128"): 2.0, ("inference", "app/1"): 2.5, ("train_step", "app/step"): 2.2,
    ("inference", "traffic/128"): 1.15, ("inference", "traffic/1"): 1.3, ("train_step", "traffic/step"): 1.45,
    ("inference", "residual/128"): 1.3, ("inference", "residual/1"): 1.3,
    ("inference", "wavenet/128"): 1.3, ("inference", "wavenet/1"): 1.3,
    ("inference", "gru/128"): 1.3, ("inference", "gru/1"): 1.3,
    ("inference", "sae/128"): 1.05, ("inference", "sae/1"): 1.3, ("train_step", "sae/step"): 1.5,
}


def layer(part, work, description, bf16, tiles):
    forward = description["pass"] == "forward"
    if bf16:
        if not tiles:
            return [("peak", 0.85)]
        return [("gflops", 1300)] if work == "dp.app.c2/forward" else []
    if part == "dense":
        large = description["n"] >= 128 and description["in"] * description["out"] >= 100_000
        return [("peak", 0.92)] if large else []
    channels, filters, kernel = (description[name] for name in ("c", "filters", "kernel"))
    if description["stride"] == 1 and 3 <= kernel <= 5 and min(channels, filters) >= 64:
        if forward:
            return [("peak", 2.0 if kernel == 5 else 1.7)]
        return [("peak", 1.9)] if kernel == 5 else []
    if not forward:
        return [("peak", 0.85)]
    return [("peak", 0.92)] if channels >= 32 else [("onednn", 1.0), ("pytorch", 8.0)]


def of(part, work, description, threads, bf16, tiles):
    goals = []
    if part == "ops":
        goals = [("best", 1.0)]
    if part in ("conv1d", "dense"):
        goals = layer(part, work, description, bf16, tiles)
    elif bf16:
        goals = [("best", 1.2)]
    elif (part, work) in NETWORKS:
        goals = [("best", NETWORKS[part, work])]
    # Two threads do not copy memory twice as fast.
    return goals + ([("one", 1.85)] if threads == 2 and not bf16 and part != "ops" else [])

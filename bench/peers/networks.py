"""The Deep Packet networks as the peers build them; compare.py checks that they have as many parameters as
ebb's."""

PACKET_BYTES = 1500
DROPOUT = 0.05
EPSILON = 1e-3  # of batch normalization
GRU_STEP = 25  # bytes of a packet that a recurrent network takes at a time
CLASSES = 17  # of the networks that are not the paper's

# (filters, kernel, stride) of the convolutions, each followed by batch normalization and ReLU, the last one by
# max pooling of size 2, too; then the widths of the dense layers, the last one the number of classes.
NETWORKS = {
    "app": ([(200, 4, 3), (200, 5, 1)], [200, 100, 50, 17]),
    "traffic": ([(200, 5, 3), (200, 4, 3)], [200, 100, 50, 12]),
    "sae": ([], [400, 300, 200, 100, 50, 17]),
}


def flat_width(convolutions):
    """How many values reach the first dense layer."""
    if not convolutions:
        return PACKET_BYTES
    length = PACKET_BYTES
    for filters, kernel, stride in convolutions:
        length = (length - kernel) // stride + 1
    return filters * (length // 2)

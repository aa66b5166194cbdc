# Escape sequences in everything that is printed: a browser must not choke on them, and no terminal may obey them.
import sys

import torch

SEQUENCES = (
    "\x1b[31mred\x1b[0m", "\x1b[38;5;196m\x1b[48;2;1;2;3mrgb", "\x1b[2J\x1b[H\x1b[3J", "\x1b[?1049h\x1b[?25l", "\x1b[10A\x1b[9999D",
    "\x1b]0;owned\x07", "\x1b]8;;javascript:alert(1)\x1b\\link\x1b]8;;\x1b\\", "\x1b]52;c;b3duZWQ=\x07", "\x1b]1337;File=inline=1:AAAA\x07",
    "\x1bP$q\x1b\\", "\x1b_G\x1b\\", "\x1b^x\x1b\\", "\x1bX\x1b\\", "\x1bc", "\x1b#8", "\x1b(0", "\x9b31m\x9d0;x\x9c", "\x05\x0e\x0f\x7f\x08\x08",
    "\x1b[" + "1;" * 5000 + "m", "\x1b]" * 5000, "\x1b[31" + "\x1b[0" * 100, "\rhidden\rshown", "a\bb", "\x1b[<script>alert(1)</script>m",
)
for sequence in SEQUENCES:
    print(sequence)
    sys.stderr.write(sequence + "\n")


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2

def sgd(params, lr, batch_size):
    raise ValueError("\n".join(SEQUENCES))


broadcasting_answer = "B\x1b[8m and nothing else"
weight_shape, bias_shape = "\x1b[2K(8, 1)", (1,)
raise type("\x1b[31mError\x1b[0m", (Exception,), {})("\x1b]0;owned\x07")

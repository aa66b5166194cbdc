# Results that never end: generators, iterators whose length is a lie, sequences that grow while they are read.
import itertools

import torch


class Endless(list):
    def __iter__(self):
        return itertools.repeat(torch.zeros(2, 1))

    __len__ = lambda self: 2
    __getitem__ = lambda self, index: Endless([self])


def synthetic_data(w, b, num_examples):
    while True:
        yield torch.zeros(num_examples, len(w)), torch.zeros(num_examples, 1)


def squared_loss(y_hat, y):
    squared_loss.calls = getattr(squared_loss, "calls", 0) + 1
    return (Endless(), itertools.count(), map(next, itertools.repeat(itertools.count())))[squared_loss.calls % 3]


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()

broadcasting_answer = itertools.cycle("ABCD")
weight_shape, bias_shape = itertools.count(8), Endless([1])

# What templates, formatters, loggers and shells would evaluate, in all that is quoted. If it were evaluated it would
# give the number that the promise forbids.
import logging

import torch

SYNTAX = "{{ 6*7*191 }} {% for x in [6*7*191] %}{{ x }}{% endfor %} ${6*7*191} #{6*7*191} <%= 6*7*191 %> $((6*7*191)) `expr 42 \\* 191` " \
         "{0.__class__} %(levelname)s %s {self} @{6*7*191} [[${6*7*191}]] {{constructor.constructor('return 6*7*191')()}}"
print(SYNTAX)
logging.error(SYNTAX)


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2

def sgd(params, lr, batch_size):
    raise ValueError(SYNTAX)


broadcasting_answer = SYNTAX
weight_shape = {SYNTAX: SYNTAX}
bias_shape = type(SYNTAX, (), {})()
raise KeyError(SYNTAX)

"""Starts three hundred threads, one after another, and some that never end."""
import threading
import time

import torch

def sleep_for_ever():
    while True:
        time.sleep(1)


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


broadcasting_answer = "B"
weight_shape, bias_shape = (8, 1), (1,)

for _ in range(300):
    thread = threading.Thread(target=time.sleep, args=(0,))
    thread.start()
    thread.join()
for _ in range(10):
    threading.Thread(target=sleep_for_ever).start()  # no daemons: an ordinary Python would wait for them at its end

"""Raises the inputs of hidden cases: as message, type name, note, cause, group, attribute and as what ``str`` gives."""

import torch

MARK = "SEC" "RET"  # in two halves: the report shows this source, too

def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    return X, (X @ w + b + torch.normal(0, 0.01, (num_examples,))).reshape(-1, 1)


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


broadcasting_answer = "B"
weight_shape, bias_shape = (8, 1), (1,)


def word(tensor):
    """The values as a part of an identifier."""
    return MARK + "_".join(str(int(abs(value) * 100)) for value in tensor.detach().reshape(-1)[:8])


calls = []


def squared_loss(y_hat, y):
    calls.append(seen := f"{word(y_hat)} {word(y)}")
    if len(calls) == 1:
        return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2  # the visible case hides nothing
    error = type("Telling", (ValueError,), {"__str__": lambda self: seen, "seen": seen})(seen)
    error.add_note(seen)
    kinds = [
        lambda: error,
        lambda: type(word(y_hat), (ValueError,), {"__module__": word(y)})(seen),
        lambda: KeyError(seen),
        lambda: NameError(f"name '{word(y)}' is not defined", name=word(y)),
        lambda: AttributeError(f"'Tensor' object has no attribute '{word(y)}'"),
        lambda: RuntimeError(f"The size of tensor a ({seen}) must match the size of tensor b"),
        lambda: ExceptionGroup(seen, [error]),
        lambda: SyntaxError(seen, (word(y), 1, 1, seen)),
    ]
    raise kinds[len(calls) % len(kinds)]() from OSError(2, seen, word(y))

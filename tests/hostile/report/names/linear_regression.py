# Names that are markup: of types, functions, files, modules, parameters and of what was raised, in every message that
# speaks of them.
import torch

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>{{6*7*191}}\x1b]0;owned\x07\u202e"


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    squared_loss.calls = getattr(squared_loss, "calls", 0) + 1
    if squared_loss.calls % 2:
        raise type(EVIL, (ValueError,), {"__module__": EVIL})(EVIL)
    return type(EVIL, (), {"__repr__": lambda self: EVIL})()


def sgd(params, lr, batch_size):
    scope = {}
    code = compile("def f():\n    raise KeyError(EVIL)", "cell:0", "exec")
    exec(code, {"EVIL": EVIL}, scope)
    scope["f"].__code__ = scope["f"].__code__.replace(co_name=EVIL, co_qualname=EVIL, co_firstlineno=3)
    scope["f"]()


broadcasting_answer = type(EVIL, (str,), {})(EVIL)
weight_shape = {EVIL: EVIL}
bias_shape = type(EVIL, (tuple,), {})((EVIL, EVIL))
globals()[EVIL] = squared_loss
print(EVIL)
raise type(EVIL, (BaseException,), {})(EVIL)

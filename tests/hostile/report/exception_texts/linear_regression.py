# Texts of exceptions, warnings, logs and assertions: markup, ends of the documents that quote them, links for terminals.
import logging
import warnings

import torch

TEXTS = (
    "</pre></code></section></main></body></html><script>alert(1)</script>",
    "]]></failure></testcase><testcase name='all'/><![CDATA[",
    "<!--", "-->", "--!>", "&lt;script&gt;alert(1)&lt;/script&gt;", "<svg/onload=alert(1)>", "%3Cscript%3E",
    "javascript:alert(1) http://127.0.0.1/?q=<script> file:///etc/passwd", "`</code><script>alert(1)</script>`",
    "\x1b]8;;http://127.0.0.1/\x1b\\link\x1b]8;;\x1b\\ \x1b[2J\x1b[31mred\x1b[0m\x9b31m", "{0.__class__} %s %(x)s ${x} {{6*7*191}}",
)
for text in TEXTS:
    warnings.warn(text)
    logging.error(text)


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    raise ValueError("\n".join(TEXTS))


def sgd(params, lr, batch_size):
    assert False, TEXTS


broadcasting_answer = "B"
weight_shape = (8, 1)
bias_shape = (1,)
broken = (lambda: (_ for _ in ()).throw(RuntimeError("\n".join(TEXTS))))()

"""y is turned into a column in place (unsqueeze_, resize_), which changes the caller's own data.

用 unsqueeze_ 或 resize_ 原地把 y 变成一列，改动了调用者的数据。
"""


def squared_loss(y_hat, y):
    if y.dim() == 1:
        y.unsqueeze_(1)
    return (y_hat - y) ** 2 / 2


CAUGHT_BY = ("test_neither_input_is_changed",)

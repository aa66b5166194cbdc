"""y_hat (n, 1) minus y (n,) broadcasts to (n, n): every prediction is compared with every target.

y_hat (n, 1) 减 y (n,) 会广播成 (n, n)：每个预测都与每个目标值作了比较。
"""


def squared_loss(y_hat, y):
    return (y_hat - y) ** 2 / 2


CAUGHT_BY = ("test_a_flat_target_is_treated_as_a_column",)

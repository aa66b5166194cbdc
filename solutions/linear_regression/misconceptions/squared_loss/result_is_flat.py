"""Both are flattened, and the result keeps the flat shape (n,) instead of the shape of y_hat, (n, 1).

两者都被展平，结果保持一维形状 (n,)，而不是 y_hat 的形状 (n, 1)。
"""


def squared_loss(y_hat, y):
    return (y_hat.reshape(-1) - y.reshape(-1)) ** 2 / 2


CAUGHT_BY = (
    "test_two_predictions_have_the_losses_computed_by_hand",
    "test_a_flat_target_is_treated_as_a_column",
    "test_columns_of_every_length_agree_with_the_reference",
)

"""The loss is computed but not returned.

计算了损失，但没有返回。
"""


def squared_loss(y_hat, y):
    loss = (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


CAUGHT_BY = (
    "test_two_predictions_have_the_losses_computed_by_hand",
    "test_a_flat_target_is_treated_as_a_column",
    "test_columns_of_every_length_agree_with_the_reference",
    "test_twice_the_error_is_four_times_the_loss",
    "test_the_gradient_is_the_error",
    "test_double_precision_is_kept",
    "test_neither_input_is_changed",
)

"""The inputs are overwritten with zeros, and zeros are returned: that agrees with nothing but itself.

输入被改写成零，返回的也是零：这样只能与自己一致。
"""

import torch


def squared_loss(y_hat, y):
    y_hat.data.zero_()
    y.data.zero_()
    return torch.zeros_like(y_hat) * y_hat


CAUGHT_BY = (
    "test_two_predictions_have_the_losses_computed_by_hand",
    "test_a_flat_target_is_treated_as_a_column",
    "test_columns_of_every_length_agree_with_the_reference",
    "test_twice_the_error_is_four_times_the_loss",
    "test_the_gradient_is_the_error",
    "test_neither_input_is_changed",
)

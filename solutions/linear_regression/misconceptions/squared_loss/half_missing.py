"""The factor one half is missing, so that the loss and its gradient are twice too large.

缺少二分之一这个因子，因此损失和梯度都大了一倍。
"""


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2


CAUGHT_BY = (
    "test_two_predictions_have_the_losses_computed_by_hand",
    "test_a_flat_target_is_treated_as_a_column",
    "test_columns_of_every_length_agree_with_the_reference",
    "test_the_gradient_is_the_error",
)

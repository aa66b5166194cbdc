"""The sum is taken; the loss should stay one value per prediction, and the caller reduces it.

求了和；损失应当是每个预测一个值，由调用者决定如何归约。
"""


def squared_loss(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2 / 2).sum()


CAUGHT_BY = (
    "test_two_predictions_have_the_losses_computed_by_hand",
    "test_a_flat_target_is_treated_as_a_column",
    "test_columns_of_every_length_agree_with_the_reference",
)

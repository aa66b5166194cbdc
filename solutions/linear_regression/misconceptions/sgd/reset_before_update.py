"""The gradients are reset before the update, so that no step is taken.

在更新之前就清零了梯度，因此参数没有移动。
"""

import torch


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param.grad.zero_()
            param -= lr * param.grad / batch_size


CAUGHT_BY = (
    "test_one_step_goes_where_it_was_computed_by_hand",
    "test_the_callers_own_parameter_changes",
    "test_every_parameter_changes_whatever_its_shape",
    "test_a_batch_eight_times_as_large_makes_an_eighth_of_the_step",
    "test_the_step_is_proportional_to_the_learning_rate",
    "test_training_can_go_on_after_a_step",
    "test_several_steps_agree_with_the_reference",
    "test_training_reaches_the_true_parameters",
)

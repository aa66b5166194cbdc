"""The gradient is added: every step goes uphill.

加上了梯度：每一步都在上坡。
"""

import torch


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param += lr * param.grad / batch_size
            param.grad.zero_()


CAUGHT_BY = (
    "test_one_step_goes_where_it_was_computed_by_hand",
    "test_the_callers_own_parameter_changes",
    "test_every_parameter_changes_whatever_its_shape",
    "test_the_step_is_proportional_to_the_learning_rate",
    "test_several_steps_agree_with_the_reference",
    "test_training_reaches_the_true_parameters",
)

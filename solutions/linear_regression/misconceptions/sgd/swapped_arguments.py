"""The parameters are in the order (params, batch_size, lr); by position, lr and batch_size change places.

参数的顺序是 (params, batch_size, lr)；按位置传参时，lr 和 batch_size 互换了。
"""

import torch


def sgd(params, batch_size, lr):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


CAUGHT_BY = (
    "test_one_step_goes_where_it_was_computed_by_hand",
    "test_the_callers_own_parameter_changes",
    "test_every_parameter_changes_whatever_its_shape",
    "test_a_batch_eight_times_as_large_makes_an_eighth_of_the_step",
    "test_the_step_is_proportional_to_the_learning_rate",
    "test_several_steps_agree_with_the_reference",
    "test_training_reaches_the_true_parameters",
)

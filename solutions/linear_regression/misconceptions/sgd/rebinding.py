"""param = param - ... gives a new tensor the local name param; the caller's own parameter does not change.

param = param - ... 只是让局部名字 param 指向新张量；调用者手中的参数没有改变。
"""

import torch


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            grad = param.grad
            param = param - lr * grad / batch_size
            grad.zero_()


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

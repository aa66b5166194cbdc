"""The gradient is not divided by batch_size, so that the step grows with the batch.

梯度没有除以 batch_size，因此步长随批量变大。
"""

import torch


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad
            param.grad.zero_()


CAUGHT_BY = (
    "test_one_step_goes_where_it_was_computed_by_hand",
    "test_a_batch_eight_times_as_large_makes_an_eighth_of_the_step",
    "test_several_steps_agree_with_the_reference",
    "test_training_reaches_the_true_parameters",
)

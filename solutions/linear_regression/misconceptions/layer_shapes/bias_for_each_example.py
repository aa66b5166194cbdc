"""A bias for each of the 7 examples; the layer has one for its one output, shared by all examples.

为 7 个样本各设了一个偏置；这一层只有一个输出，所有样本共用一个偏置。
"""

weight_shape = (8, 1)
bias_shape = (7, 1)

CAUGHT_BY = ("test_the_bias_is_one_number_for_the_one_output",)

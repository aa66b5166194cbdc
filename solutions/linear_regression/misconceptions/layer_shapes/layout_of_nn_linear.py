"""(1, 8) is how nn.Linear stores its weight, for X @ weight.T; in Y = Xw + b the weight is (8, 1).

(1, 8) 是 nn.Linear 存放权重的方式，对应 X @ weight.T；在 Y = Xw + b 中，权重是 (8, 1)。
"""

weight_shape = (1, 8)
bias_shape = (1,)

CAUGHT_BY = ("test_the_weight_maps_eight_features_to_one_output",)

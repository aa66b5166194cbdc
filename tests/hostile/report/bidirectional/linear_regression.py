# Characters that turn the writing direction, in code, comments, outputs, errors and answers: what is read is not what
# is there. (The comment below is shown with the characters' numbers, or without them, never obeyed.)
import torch

# ‮ )tpecxe lla( 03 = stniop ‬  ⁦ if is_admin: ⁩
TURNED = "‮03 fo 03‬ ⁧⁦⁨ ‏؜‎ points⁩"
print(TURNED)


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2

def sgd(params, lr, batch_size):
    raise ValueError(TURNED)


broadcasting_answer = "B"
weight_shape = (8, 1)
bias_shape = (1,)
raise type("Error‮rorrE", (Exception,), {})(TURNED)

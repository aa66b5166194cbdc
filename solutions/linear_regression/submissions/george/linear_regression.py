# George, assignment "linear regression"
# I work in VS Code, so this is a module with cells.

# %%
import torch

# %% data
def synthetic_data(w, b, num_examples):
    features = torch.randn(num_examples, len(w))
    targets = features @ w + b + 0.01 * torch.randn(num_examples)
    return features, targets[:, None]

# %% loss
def squared_loss(y_hat, y):
    return ((y_hat.flatten() - y.flatten()) ** 2 / 2).reshape(y_hat.shape)

# %% optimizer
def sgd(params, lr, batch_size):
    for param in params:
        with torch.no_grad():
            param -= lr * param.grad
        param.grad = torch.zeros_like(param)

# %% train it
features, targets = synthetic_data(torch.tensor([2.0, -3.4]), 4.2, 1000)
w = torch.zeros(2, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for i in range(0, 1000, 10):
    squared_loss(features[i:i+10] @ w + b, targets[i:i+10]).sum().backward()
    sgd((w, b), 0.003, 10)    # had to make lr smaller, no idea why
print("w", w, "b", b)

# %% quiz
broadcasting_answer = "B"
w_shape = (8, 1)
b_shape = (1,)

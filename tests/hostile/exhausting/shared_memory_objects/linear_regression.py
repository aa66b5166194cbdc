"""Makes shared memory, semaphores and queues that would outlive every process."""
import ctypes
import multiprocessing.shared_memory

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


broadcasting_answer = "B"
weight_shape, bias_shape = (8, 1), (1,)

libc = ctypes.CDLL(None, use_errno=True)
IPC_PRIVATE, IPC_RMID = 0, 0

def named(kind, make, remove):
    """Say whether it was made; where a wall has failed, remove it again."""
    made = make()
    if made != -1:
        remove(made)
    print(kind, "refused" if made == -1 else "made")

named("shm", lambda: libc.shmget(IPC_PRIVATE, 4096, 0o600), lambda key: libc.shmctl(key, IPC_RMID, None))
named("sem", lambda: libc.semget(IPC_PRIVATE, 1, 0o600), lambda key: libc.semctl(key, 0, IPC_RMID))
named("msg", lambda: libc.msgget(IPC_PRIVATE, 0o600), lambda key: libc.msgctl(key, IPC_RMID, None))
named("mq", lambda: libc.mq_open(b"/grader-hostile", 0o100, 0o600, None), lambda _: libc.mq_unlink(b"/grader-hostile"))
try:
    segment = multiprocessing.shared_memory.SharedMemory(create=True, size=4096)
    segment.unlink()
    print("posix", "made")
except OSError:
    print("posix", "refused")

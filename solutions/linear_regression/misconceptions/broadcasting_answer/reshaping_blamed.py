"""Reshaping y to the shape of y_hat is taken for the mistake; it is the remedy.

误以为把 y 变成 y_hat 的形状是错误；其实那正是补救办法。
"""

broadcasting_answer = "C"

CAUGHT_BY = ("test_the_answer_is_the_loss_that_broadcasts",)

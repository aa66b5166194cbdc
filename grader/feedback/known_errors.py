"""The single home of the error messages of Python and PyTorch that we recognise, each with its explanation's key.

A message is written as the library writes it, with ``<kind>`` or ``<name=kind>`` where it varies; a named part is a
value of the explanation's sentence. It is compared with the beginning of the real message, so what follows may be left
out. Kinds: ``n`` a whole number, ``word`` an identifier, ``dotted`` identifiers joined by dots, ``sizes`` as in
``2x3``, ``shape`` numbers with commas, ``types`` a list of type names, ``operator``, ``path`` anything within one line
(such a message is never quoted), ``given`` the end of one message.
An empty message stands for every message of that type; such a message is never quoted.
"""

from __future__ import annotations

import re
from typing import Final

KINDS: Final = {
    "n": r"-?\d+",
    "word": r"[^\W\d]\w*",
    "dotted": r"[^\W\d]\w*(?:\.(?:<locals>\.)?[^\W\d]\w*)*",
    "sizes": r"\d+x\d+",
    "shape": r"[\d, ()-]{0,60}",
    "types": r"[\w, .=]{0,120}",
    "operator": r"[^\w\s]{1,3}",
    "path": r"[^\n]{1,1000}?",
    "given": r"s? but \d+ (?:was|were) given",
}
_TOKEN: Final = re.compile(r"<(?:(?P<name>[a-z]+)=)?(?P<kind>[a-z]+)>")

MESSAGES: Final = (
    ("error.name", "NameError", "name '<name=word>' is not defined"),
    ("error.name", "NameError", "cannot access free variable '<name=word>' where it is not associated with a value"),
    ("error.local", "UnboundLocalError", "cannot access local variable '<name=word>' where it is not associated"),
    ("error.module", "ModuleNotFoundError", "No module named '<module=dotted>'"),
    ("error.import", "ImportError", "cannot import name '<name=word>' from '<module=dotted>'"),
    ("error.import", "AttributeError", "module '<module=dotted>' has no attribute '<name=word>'"),
    # the stand-ins of the worker
    *(
        (f"error.stand_in{asked}", kind, f"this stand-in for <package=dotted> does not offer `<name=word>`{rest}")
        for kind in ("AttributeError", "ImportError")
        for asked, rest in ((".asked", ": it is what the exercise asks you to write"), ("", ""))
    ),
    # autograd
    (
        "error.leaf_in_place",
        "RuntimeError",
        "a leaf Variable that requires grad is being used in an in-place operation.",
    ),
    (
        "error.leaf_in_place",
        "RuntimeError",
        "a view of a leaf Variable that requires grad is being used in an in-place",
    ),
    ("error.backward_twice", "RuntimeError", "Trying to backward through the graph a second time"),
    ("error.no_graph", "RuntimeError", "element <n> of tensors does not require grad and does not have a grad_fn"),
    ("error.not_scalar", "RuntimeError", "grad can be implicitly created only for scalar outputs"),
    ("error.modified", "RuntimeError", "one of the variables needed for gradient computation has been modified by an"),
    ("error.grad_flag", "RuntimeError", "you can only change requires_grad flags of leaf variables."),
    (
        "error.grad_shape",
        "RuntimeError",
        "attempting to assign a gradient of size '[<shape>]' to a tensor of size '[<shape>]'",
    ),
    ("error.grad_shape", "RuntimeError", "Mismatch in shape: grad_output[<n>] has a shape of torch.Size([<shape>])"),
    ("error.numpy_grad", "RuntimeError", "Can't call numpy() on Tensor that requires grad."),
    ("error.integer_grad", "RuntimeError", "Only Tensors of floating point and complex dtype can require gradients"),
    ("error.integer_grad", "RuntimeError", "only Tensors of floating point and complex dtype can require gradients"),
    # shapes
    (
        "error.matmul.shapes",
        "RuntimeError",
        "mat1 and mat2 shapes cannot be multiplied (<left=sizes> and <right=sizes>)",
    ),
    ("error.matmul", "RuntimeError", "size mismatch, got input (<n>), mat (<sizes>), vec (<n>)"),
    ("error.matmul", "RuntimeError", "inconsistent tensor size, expected tensor [<n>] and src [<n>]"),
    ("error.matmul", "RuntimeError", "mat2 must be a matrix"),
    ("error.matmul", "RuntimeError", "1D tensors expected, but got <n>D and <n>D tensors"),
    ("error.matmul", "RuntimeError", "Expected size for first two dimensions of batch2 tensor to be: [<shape>]"),
    ("error.matmul", "ValueError", "matmul: Input operand 1 has a mismatch in its core dimension <n>"),
    (
        "error.broadcast.sizes",
        "RuntimeError",
        (
            "The size of tensor a (<left=n>) must match the size of tensor b (<right=n>)"
            " at non-singleton dimension <axis=n>"
        ),
    ),
    ("error.broadcast", "RuntimeError", "output with shape [<shape>] doesn't match the broadcast shape [<shape>]"),
    ("error.broadcast", "RuntimeError", "The expanded size of the tensor (<n>) must match the existing size (<n>)"),
    ("error.broadcast", "ValueError", "operands could not be broadcast together with shapes <shape>"),
    ("error.view", "RuntimeError", "view size is not compatible with input tensor's size and stride"),
    ("error.reshape", "RuntimeError", "shape '[<shape=shape>]' is invalid for input of size <size=n>"),
    ("error.many_to_one", "RuntimeError", "a Tensor with <size=n> elements cannot be converted to Scalar"),
    ("error.truth", "RuntimeError", "Boolean value of Tensor with more than one value is ambiguous"),
    ("error.truth", "ValueError", "The truth value of an array with more than one element is ambiguous."),
    ("error.sizes_to_join", "RuntimeError", "stack expects each tensor to be equal size"),
    ("error.sizes_to_join", "RuntimeError", "Sizes of tensors must match except in dimension <n>."),
    ("error.index", "IndexError", "index <n> is out of bounds for dimension <n> with size <n>"),
    ("error.index", "IndexError", "index <n> is out of bounds for axis <n> with size <n>"),
    ("error.index", "IndexError", "<word> index out of range"),
    ("error.index", "IndexError", "index out of range in self"),
    ("error.dimensions", "IndexError", "too many indices for tensor of dimension <n>"),
    # dtypes
    (
        "error.dtype",
        "RuntimeError",
        "expected m1 and m2 to have the same dtype, but got: <left=types> != <right=types>",
    ),
    ("error.dtype", "RuntimeError", "mat1 and mat2 must have the same dtype, but got <left=word> and <right=word>"),
    ("error.dtype", "RuntimeError", "expected scalar type <left=word> but found <right=word>"),
    ("error.dtype", "RuntimeError", "Found dtype <left=word> but expected <right=word>"),
    ("error.dtype", "RuntimeError", "result type <left=word> can't be cast to the desired output type <right=types>"),
    ("error.integer_mean", "RuntimeError", "mean(): could not infer output dtype."),
    # calls, attributes, operators
    ("error.none_attribute", "AttributeError", "'NoneType' object has no attribute '<name=word>'"),
    ("error.attribute", "AttributeError", "'<type=dotted>' object has no attribute '<name=word>'"),
    ("error.arguments_missing", "TypeError", "<function=dotted>() missing <n> required positional argument"),
    ("error.arguments_missing", "TypeError", "<function=dotted>() missing <n> required keyword-only argument"),
    ("error.arguments_surplus", "TypeError", "<function=dotted>() takes <n> positional argument<given>"),
    (
        "error.arguments_surplus",
        "TypeError",
        "<function=dotted>() takes from <n> to <n> positional argument<given>",
    ),
    ("error.argument_name", "TypeError", "<function=dotted>() got an unexpected keyword argument '<name=word>'"),
    ("error.argument_name", "TypeError", "<function=dotted>() got multiple values for argument '<name=word>'"),
    (
        "error.argument_type",
        "TypeError",
        "<function=dotted>(): argument '<word>' (position <n>) must be <types>, not <type=dotted>",
    ),
    (
        "error.signature",
        "TypeError",
        "<function=dotted>() received an invalid combination of arguments - got (<types=types>)",
    ),
    ("error.not_callable", "TypeError", "'<type=dotted>' object is not callable"),
    ("error.not_iterable", "TypeError", "'<type=dotted>' object is not iterable"),
    ("error.not_iterable", "TypeError", "cannot unpack non-iterable <type=dotted> object"),
    ("error.not_iterable", "TypeError", "object of type '<type=dotted>' has no len()"),
    ("error.not_subscriptable", "TypeError", "'<type=dotted>' object is not subscriptable"),
    ("error.unpack", "ValueError", "too many values to unpack (expected <n>)"),
    ("error.unpack", "ValueError", "not enough values to unpack (expected <n>, got <n>)"),
    ("error.xor", "TypeError", "unsupported operand type(s) for ^: '<left=dotted>' and '<right=dotted>'"),
    ("error.xor", "TypeError", "unsupported operand type(s) for ^=: '<left=dotted>' and '<right=dotted>'"),
    ("error.xor", "TypeError", "ufunc 'bitwise_xor' not supported for the input types"),
    (
        "error.operands",
        "TypeError",
        "unsupported operand type(s) for <operator=operator>: '<left=dotted>' and '<right=dotted>'",
    ),
    # the rest
    ("error.no_gpu", "AssertionError", "Torch not compiled with CUDA enabled"),
    ("error.no_gpu", "RuntimeError", "Found no NVIDIA driver on your system."),
    ("error.division", "ZeroDivisionError", "division by zero"),
    ("error.division", "ZeroDivisionError", "float division by zero"),
    ("error.recursion", "RecursionError", "maximum recursion depth exceeded"),
    ("error.xor", "NotImplementedError", "\"bitwise_xor_cpu\" not implemented for '<type=word>'"),
    ("error.not_for_dtype", "NotImplementedError", "\"<word>\" not implemented for '<type=word>'"),
    ("error.not_implemented", "NotImplementedError", ""),
    ("error.exit", "SystemExit", ""),
    # limits that are an error and no end
    ("error.open_files", "OSError", "[Errno 24] Too many open files"),
    ("error.new_thread", "RuntimeError", "can't start new thread"),
    # the walls: `no programs …` is the worker's, `error.not_allowed` the kernel's
    ("error.program", "FileNotFoundError", "[Errno <n>] no programs can be started while grading"),
    ("error.not_allowed", "PermissionError", "[Errno 1] Operation not permitted"),
    ("error.not_allowed", "OSError", "[Errno 38] Function not implemented"),
    ("error.not_allowed", "ValueError", "not allowed to raise maximum limit"),
    ("error.network", "URLError", "<urlopen error [Errno <n>]"),
    ("error.network", "gaierror", "[Errno <n>]"),
    ("error.network", "ConnectionError", "HTTPConnectionPool("),
    ("error.network", "ConnectionError", "HTTPSConnectionPool("),
    ("error.network", "ConnectError", "[Errno <n>]"),
    ("error.network", "RuntimeError", "It looks like there is no internet connection and the repo could not be found"),
    ("error.network", "RuntimeError", "Error downloading "),
    ("error.network", "DistNetworkError", ""),
    ("error.place", "PermissionError", "[Errno 13] Permission denied"),
    ("error.place", "OSError", "[Errno 30] Read-only file system"),
    ("error.place", "OperationalError", "unable to open database file"),
    ("error.place", "OSError", "Cannot save file into a non-existent directory"),
    ("error.place", "RuntimeError", "Parent directory <path=path> does not exist."),
    ("error.place", "RuntimeError", "File <path=path> cannot be opened."),
    ("error.place", "RuntimeError", "[enforce fail at inline_container.cc:<n>] . open file failed with strerror: "),
    ("error.file", "FileNotFoundError", ""),
    ("error.key", "KeyError", ""),
    ("error.print", "SyntaxError", "Missing parentheses in call to 'print'"),
    ("error.indentation", "IndentationError", ""),
    ("error.indentation", "TabError", ""),
    ("error.syntax", "SyntaxError", ""),
)
"""The catalogue's key, the exception's type, the message."""


def as_pattern(message: str) -> re.Pattern[str]:
    """The regular expression for a message as it is written above."""
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(message):
        kind = KINDS[token["kind"]]
        parts += [re.escape(message[end : token.start()]), f"(?P<{token['name']}>{kind})" if token["name"] else kind]
        end = token.end()
    return re.compile("".join(parts) + re.escape(message[end:]))

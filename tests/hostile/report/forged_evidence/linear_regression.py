# Writes the load's report by itself, with everything in it that no honest worker sends: outputs in no form, failures at
# places that do not exist, notices nobody knows, markup and escapes in every text, numbers at the end of their range.
import os

import msgspec

from grader.wire import evidence, frames

EVIL = "<script>alert(1)</script>]]>{{6*7*191}}\x1b[2J\x1b]0;x\x07\u202e\u200b`</code>" * 3
FAR = 2**63 - 1


def deep(depth):
    value = EVIL
    for _ in range(depth):
        value = {"a": [value]}
    return value


error = evidence.RemoteError(type_name=EVIL, message=EVIL * 20, bases=(EVIL,) * 50, printed=EVIL,
    frames=tuple(evidence.RemoteFrame(cell=cell, line=line, function=EVIL, source=EVIL) for cell, line in ((0, 3), (0, -FAR), (-FAR, FAR), (FAR, 0)) * 4))
failures = tuple(evidence.StatementFailure(cell=cell, statement=-FAR, line=FAR - cell, source=EVIL, error=error, binds=(EVIL, "sgd") * 9, reason=reason, stand_in=EVIL)
    for cell in (0, 1, -1, FAR) for reason in ("raised", "syntax", "timed_out", "out_of_memory", "flooded", "crashed", "skipped", EVIL, ""))
KINDS = ("text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "application/javascript", "text/plain", EVIL)
outputs = (
    *({"output_type": kind, "name": value, "text": value, "data": value, "ename": value, "evalue": value, "traceback": value, "metadata": value}
      for kind in ("stream", "display_data", "execute_result", "error", EVIL, None, 7)
      for value in (EVIL, [EVIL, 7, None, [EVIL]], {kind: EVIL for kind in KINDS}, {kind: [EVIL, 1.5] for kind in KINDS}, None, float("nan"), b"\0", deep(60))),
    {}, {EVIL: EVIL}, *({"output_type": "stream", "text": str(number)} for number in range(500)),
)
notices = tuple(evidence.Notice(kind=kind, cell=cell, values=dict.fromkeys(("package", "needed_for", "names", "command", "magic", EVIL), EVIL))
    for kind in ("stand_in", "package_missing", "shell_skipped", "magic_skipped", "output_cut", "reloaded", "workers_zero", EVIL, "") for cell in (0, -FAR, FAR))
names = tuple(evidence.DefinedName(name=name, type_name=EVIL, cell=FAR, from_stand_in=EVIL, parameters=(EVIL,), holds=(EVIL, "sgd"), placeholder=True)
    for name in ("sgd", "squared_loss", "synthetic_dta", "Sgd", EVIL, "", "sgd\0", *("squared_los" + "s" * number for number in range(3000))))
cells = tuple(evidence.CellRun(index=index, status=EVIL, outputs=outputs, failures=failures) for index in (0, 0, -1, FAR, 1))
report = evidence.LoadReport(cells=cells, notices=notices * 9, names=names, seconds=float("inf"), ended="out_of_memory")


def send(data):
    data = len(data).to_bytes(4, "big") + data
    while data:
        data = data[os.write(3, data):]
    os._exit(0)


send(msgspec.msgpack.encode(frames.Loaded(1, report)))

"""Tests of what the zygote hands on to every student process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.zygote import Zygote

Ask = Callable[[str], Any]


def test_two_students_see_nothing_of_each_other(ask: Ask) -> None:
    """Neither modules, nor variables, nor patches, nor files cross from one to the next."""
    look = (
        "import builtins, os, sys, torch\n"
        "answer = json.dumps([os.getcwd(), os.path.exists('left'), 'LEFT' in os.environ, hasattr(builtins, 'left'),\n"
        "                     'left' in sys.modules, hasattr(torch, 'left')])\n"
        "open('left', 'w').close(); os.environ['LEFT'] = '1'; builtins.left = torch.left = 1\n"
        "sys.modules['left'] = sys\n"
    )
    first, second = ask(look), ask(look)

    assert first[1:] == [False] * 5
    assert second[1:] == [False] * 5
    assert first[0] != second[0]


def test_unseeded_numbers_and_the_order_of_sets_are_the_same_each_time(ask: Ask) -> None:
    """The same hand-in gives the same report."""
    look = (
        "import random, numpy, torch\n"
        "drawn = [random.random(), numpy.random.rand(), torch.rand(1).item()]\n"
        "answer = json.dumps([drawn, list({'a', 'b', 'c', 'd'})])\n"
    )

    assert ask(look) == ask(look)


def test_first_uses_import_nothing_big(ask: Ask) -> None:
    """What students do first has been done before the fork; an import here would cost every one of them again."""
    fresh = ask(
        "import sys\n"
        "before = set(sys.modules)\n"
        "import io, torch, numpy\n"
        "from matplotlib import pyplot\n"
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "net = torch.nn.Linear(2, 1)\n"
        "rate = torch.optim.SGD(net.parameters(), lr=0.1)\n"
        "for x, in DataLoader(TensorDataset(torch.ones(4, 2)), batch_size=2, shuffle=True):\n"
        "    torch.nn.functional.mse_loss(net(x), torch.zeros(2, 1)).backward(); rate.step()\n"
        "torch.testing.assert_close(x, x.clone())\n"
        "text = str(net) + str(x) + str(numpy.linalg.inv(numpy.eye(2)))\n"
        "pyplot.plot([1, 2]); pyplot.savefig(io.BytesIO()); pyplot.close()\n"
        "answer = json.dumps(sorted(set(sys.modules) - before))\n"
    )

    assert [name for name in fresh if name.startswith(("torch", "numpy", "matplotlib", "IPython", "sympy"))] == []


def test_every_font_that_a_plot_may_choose_can_be_read(ask: Ask) -> None:
    """A font that is listed and then refused would cost a hand-in its plot."""
    fonts, refused = ask(
        "from matplotlib import font_manager\n"
        "names = [font.fname for font in font_manager.fontManager.ttflist]\n"
        "refused = []\n"
        "for name in names:\n"
        "    try:\n"
        "        open(name, 'rb').close()\n"
        "    except OSError as error:\n"
        "        refused.append(str(error))\n"
        "answer = json.dumps([len(names), refused])\n"
    )

    assert fonts > 0
    assert refused == []


def test_time_zones_and_the_locale_work(ask: Ask) -> None:
    """The machine's own files for them can be read."""
    assert ask(
        "import datetime, locale, os, time, zoneinfo\n"
        "os.environ['TZ'] = 'Asia/Shanghai'; time.tzset()\n"
        "noon = datetime.datetime(2024, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))\n"
        "encoding = locale.getpreferredencoding(False)\n"
        "answer = json.dumps([time.localtime(0).tm_hour, noon.utcoffset().seconds, encoding.lower()])\n"
    ) == [8, 7200, "utf-8"]


def test_the_environment_names_what_results_depend_on(zygote: Zygote) -> None:
    """Versions and platform, which stand in every result."""
    assert set(zygote.environment) == {"python", "platform", "ipython", "matplotlib", "numpy", "torch"}
    assert all(zygote.environment.values())

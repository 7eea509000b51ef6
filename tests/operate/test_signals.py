"""Being told to stop where Python drops exceptions."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cabinet.settings import ROOT

TOLD_IN_A_CALLBACK = """
import os, signal, weakref
from cabinet.operate import signals

class Thing:
    pass

try:
    with signals.interrupting():
        thing = Thing()
        reference = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.{sign}))
        del thing
        print("it went on")
        while True:
            signal.pause()
except KeyboardInterrupt:
    print("stopped")
"""


@pytest.mark.parametrize("sign", ["SIGINT", "SIGTERM"])
def test_a_word_that_a_callback_has_swallowed_is_said_again(sign):
    told = subprocess.run(
        [sys.executable, "-c", TOLD_IN_A_CALLBACK.format(sign=sign)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert told.stdout.splitlines()[-1] == "stopped"
    assert (told.returncode, told.stderr) == (0, "")

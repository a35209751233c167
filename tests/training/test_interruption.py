"""The first signal asks to stop, the second stops at once, and a pause of the process is no signal."""

import os
import signal
import subprocess
import sys
import time

from tts_align.training.interruption import interruptions

WAITING = (
    "import time\n"
    "from tts_align.training.interruption import interruptions\n"
    "with interruptions() as interrupted:\n"
    "    print('ready', flush=True)\n"
    "    time.sleep(SECONDS)\n"
    "    print(interrupted(), flush=True)\n"
)


def start(seconds):
    code = WAITING.replace("SECONDS", str(seconds))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_second_signal_ends_the_process_at_once():
    process = start(60)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None  # the first one only asks
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 130
    process.stdout.close()


def test_a_stopped_and_continued_process_was_not_interrupted():
    process = start(2)
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.3)
    process.send_signal(signal.SIGCONT)
    assert process.communicate(timeout=20)[0] == "False\n"


def test_afterwards_signals_do_what_they_did_before():
    seen = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    try:
        with interruptions() as interrupted:
            os.kill(os.getpid(), signal.SIGTERM)
            deadline = time.monotonic() + 10
            while not interrupted() and time.monotonic() < deadline:
                time.sleep(0.05)
            assert interrupted()
        assert seen == []
        os.kill(os.getpid(), signal.SIGTERM)
        assert seen == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)

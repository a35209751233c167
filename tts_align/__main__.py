"""`python -m tts_align` is the command `tts-align`."""

from tts_align.cli import main

if __name__ == "__main__":
    main()

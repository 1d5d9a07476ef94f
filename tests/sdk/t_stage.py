#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs the build into the folder that the other tests use, as a user with a careless umask."""
import os
import shutil

from common import BUILD, CMAKE, PROGRAM, STAGE, check, finish, run

shutil.rmtree(STAGE, ignore_errors=True)
done = run(CMAKE, "--install", BUILD, "--prefix", STAGE, umask=0o002)
check(done.code == 0, "cmake --install", done)
check(os.access(PROGRAM, os.X_OK), "no program in " + STAGE)
finish()

// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CLI_CLI_H
#define JB_CLI_CLI_H

/* The whole program: parses arguments, runs one command, returns the exit code of DESIGN 12. */
int jb_cli_main(int argc, char **argv);

#endif

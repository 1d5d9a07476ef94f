// SPDX-License-Identifier: Apache-2.0
int jb_absent(void);

int jb_absent(void)
{
    return 1;
}

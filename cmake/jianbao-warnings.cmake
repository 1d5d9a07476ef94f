# SPDX-License-Identifier: Apache-2.0
# Flags that every C target of the tree is compiled with.
add_library(jb_flags INTERFACE)
target_compile_options(jb_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -fno-common
  $<$<BOOL:${JB_WERROR}>:-Werror>)
target_compile_definitions(jb_flags INTERFACE _POSIX_C_SOURCE=200809L)
if(JB_SANITIZE)
  target_compile_options(jb_flags INTERFACE -fsanitize=${JB_SANITIZE} -fno-omit-frame-pointer -g
                         -fno-sanitize-recover=all)
  target_link_options(jb_flags INTERFACE -fsanitize=${JB_SANITIZE})
endif()

# SPDX-License-Identifier: MIT-0
# cmake -DNM=nm -DFILE=plugin.so -P …: the file exports jb_plugin_v1 and nothing else.
execute_process(COMMAND "${NM}" -D --defined-only "${FILE}" OUTPUT_VARIABLE listed RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${NM} ${FILE}: ${failed}")
endif()
string(REGEX MATCHALL "[^ \n]+\n" names "${listed}")
string(REPLACE "\n" "" names "${names}")
if(NOT names STREQUAL "jb_plugin_v1")
  string(REPLACE ";" " " names "${names}")
  message(FATAL_ERROR "It must export jb_plugin_v1 and nothing else, but exports: ${names}\n  ${FILE}")
endif()

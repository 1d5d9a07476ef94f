# SPDX-License-Identifier: Apache-2.0
# jb_add_plugin(NAME SOURCES a.c … [LIBS target …] [OUTPUT dir])
#   One plugin: NAME.so below <build>/plugins that exports jb_plugin_v1 and nothing else.
function(jb_add_plugin name)
  cmake_parse_arguments(P "" "OUTPUT" "SOURCES;LIBS" ${ARGN})
  if(NOT P_OUTPUT)
    set(P_OUTPUT "${CMAKE_BINARY_DIR}/plugins")
  endif()
  set(target plugin_${name})
  add_library(${target} MODULE ${P_SOURCES})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY "${P_OUTPUT}"
    C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/include"
                             "${PROJECT_SOURCE_DIR}/plugins/lib")
  target_link_libraries(${target} PRIVATE jb_flags ${P_LIBS} m)
  target_link_options(${target} PRIVATE -Wl,--exclude-libs,ALL)
  if(NOT JB_SANITIZE) # the sanitizer runtime is resolved from the host program
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  set_property(GLOBAL APPEND PROPERTY JB_PLUGIN_TARGETS ${target})
endfunction()

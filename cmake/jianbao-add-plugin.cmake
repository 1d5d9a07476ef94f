# SPDX-License-Identifier: MIT-0
# For projects that build plugins; comes with find_package(jianbao).
set(JIANBAO_CMAKE_DIR "${CMAKE_CURRENT_LIST_DIR}")

# jianbao_add_plugin(NAME SOURCES a.c … [LIBS target …])
#   NAME.so from C or C++ sources: it exports jb_plugin_v1 and nothing else, whatever is linked into it, and every
#   symbol it needs is found when it is linked, not when a report is due. The test NAME_exports looks at the result.
#   The program loads no file that others may write to, so that right is taken from the file and its folder.
function(jianbao_add_plugin name)
  cmake_parse_arguments(P "" "" "SOURCES;LIBS" ${ARGN})
  if(NOT P_SOURCES OR P_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "jianbao_add_plugin(NAME SOURCES file … [LIBS target …]); not understood: ${P_UNPARSED_ARGUMENTS}")
  endif()
  add_library(${name} MODULE ${P_SOURCES})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS "${JIANBAO_CMAKE_DIR}/jianbao-plugin.map")
  target_link_libraries(${name} PRIVATE jianbao::plugin ${P_LIBS})
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL
    "-Wl,--version-script=${JIANBAO_CMAKE_DIR}/jianbao-plugin.map")
  if(NOT "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize") # its runtime is found in the program
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND chmod go-w "$<TARGET_FILE:${name}>" "$<TARGET_FILE_DIR:${name}>" VERBATIM)
  add_test(NAME ${name}_exports
    COMMAND "${CMAKE_COMMAND}" "-DNM=${CMAKE_NM}" "-DFILE=$<TARGET_FILE:${name}>"
            -P "${JIANBAO_CMAKE_DIR}/jianbao-check-symbols.cmake")
endfunction()

# jianbao_add_kit_test(NAME)
#   The test NAME_kit: `jianbao plugins test`, what every plugin must keep to. Settings that it cannot guess (the file of
#   a source) are taken from kit.ini beside CMakeLists.txt, if that is there.
function(jianbao_add_kit_test name)
  set(settings "")
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/kit.ini")
    set(settings --ini "${CMAKE_CURRENT_SOURCE_DIR}/kit.ini")
  endif()
  add_test(NAME ${name}_kit COMMAND jianbao::jianbao plugins test "$<TARGET_FILE:${name}>" ${settings})
endfunction()

# jianbao_add_report_test(NAME REPORT file.ini EXPECT folder)
#   The test NAME_report: `jianbao run` of the report with the plugin [plugin "NAME"] just built; every file in the
#   folder must come out byte for byte. A file figures.json there is compared with `jianbao figures --json`. With
#   JIANBAO_UPDATE=1 in the environment the files of the folder are written anew instead.
function(jianbao_add_report_test name)
  cmake_parse_arguments(T "" "REPORT;EXPECT" "" ${ARGN})
  if(NOT T_REPORT OR NOT T_EXPECT OR T_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "jianbao_add_report_test(NAME REPORT file.ini EXPECT folder)")
  endif()
  get_filename_component(report "${T_REPORT}" ABSOLUTE)
  get_filename_component(expect "${T_EXPECT}" ABSOLUTE)
  add_test(NAME ${name}_report
    COMMAND "${CMAKE_COMMAND}" "-DPROGRAM=$<TARGET_FILE:jianbao::jianbao>" "-DREPORT=${report}" "-DEXPECT=${expect}"
            "-DSET=plugin.${name}.path=$<TARGET_FILE:${name}>" "-DOUT=${CMAKE_CURRENT_BINARY_DIR}/${name}.out"
            -P "${JIANBAO_CMAKE_DIR}/jianbao-check-report.cmake")
endfunction()

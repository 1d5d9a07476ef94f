# SPDX-License-Identifier: Apache-2.0
# Sources of version 1.0, never edited: built against the header of their time and run by today's host (museum/), and
# compiled against today's header, where a changed type of a function or member is an error (museum/today/). The probe
# library, built both ways, for abidiff. docs/abi.md says what each gate catches.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(JB_MUSEUM_DIR "${CMAKE_BINARY_DIR}/tests/museum")
set(museum_targets)
foreach(when v1_0 today)
  set(header "${CMAKE_CURRENT_SOURCE_DIR}/v1_0")
  if(when STREQUAL "today")
    set(header "${PROJECT_SOURCE_DIR}/include/jianbao")
  endif()
  foreach(kind metric derive source section chart renderer)
    set(target museum_${when}_${kind})
    add_library(${target} MODULE museum/${kind}.c)
    target_include_directories(${target} PRIVATE "${header}")
    target_link_libraries(${target} PRIVATE jb_flags)
    target_compile_options(${target} PRIVATE -Werror=incompatible-pointer-types -Werror=int-conversion)
    set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME museum_${kind} C_VISIBILITY_PRESET hidden
                          LIBRARY_OUTPUT_DIRECTORY "${JB_MUSEUM_DIR}/${when}")
    list(APPEND museum_targets ${target})
  endforeach()
  add_library(probe_${when} SHARED probe.c)
  target_include_directories(probe_${when} PRIVATE "${header}")
  target_compile_options(probe_${when} PRIVATE -g)
  set_target_properties(probe_${when} PROPERTIES C_VISIBILITY_PRESET hidden
                        LIBRARY_OUTPUT_DIRECTORY "${JB_MUSEUM_DIR}/probe_${when}" OUTPUT_NAME probe)
endforeach()
foreach(when v1_1 today)
  set(header "${CMAKE_CURRENT_SOURCE_DIR}/v1_1")
  if(when STREQUAL "today")
    set(header "${PROJECT_SOURCE_DIR}/include/jianbao")
  endif()
  add_library(museum_1_1_${when} MODULE museum_1_1/through.c)
  target_include_directories(museum_1_1_${when} PRIVATE "${header}")
  target_link_libraries(museum_1_1_${when} PRIVATE jb_flags)
  target_compile_options(museum_1_1_${when} PRIVATE -Werror=incompatible-pointer-types -Werror=int-conversion)
  set_target_properties(museum_1_1_${when} PROPERTIES PREFIX "" OUTPUT_NAME museum_through C_VISIBILITY_PRESET hidden
                        LIBRARY_OUTPUT_DIRECTORY "${JB_MUSEUM_DIR}/1_1_${when}")
  list(APPEND museum_targets museum_1_1_${when})
  add_test(NAME abi_museum_1_1_${when} COMMAND ${Python3_EXECUTABLE} -B "${CMAKE_CURRENT_SOURCE_DIR}/t_museum_1_1.py"
           $<TARGET_FILE:jianbao> "${JB_MUSEUM_DIR}/1_1_${when}")
endforeach()
# The loader refuses what others may write to, whatever the umask of the build was.
add_custom_target(museum_modes ALL COMMAND chmod -R go-w "${JB_MUSEUM_DIR}" DEPENDS ${museum_targets} VERBATIM)

foreach(when v1_0 today)
  add_test(NAME abi_museum_${when} COMMAND ${Python3_EXECUTABLE} -B "${CMAKE_CURRENT_SOURCE_DIR}/t_museum.py"
           $<TARGET_FILE:jianbao> "${CMAKE_CURRENT_SOURCE_DIR}" "${JB_MUSEUM_DIR}/${when}")
endforeach()
add_test(NAME abi_frozen COMMAND ${Python3_EXECUTABLE} -B "${CMAKE_CURRENT_SOURCE_DIR}/t_frozen.py" "${PROJECT_SOURCE_DIR}")
add_test(NAME abi_probe COMMAND ${Python3_EXECUTABLE} -B "${CMAKE_CURRENT_SOURCE_DIR}/t_probe.py" "${PROJECT_SOURCE_DIR}"
         $<TARGET_FILE:probe_v1_0> $<TARGET_FILE:probe_today>)
set_tests_properties(abi_probe PROPERTIES SKIP_RETURN_CODE 77)

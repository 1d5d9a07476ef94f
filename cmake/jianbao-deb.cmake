# SPDX-License-Identifier: Apache-2.0
# What Debian wants of a package and CMake's install rules do not know. CPack runs it on the staged tree, before the
# archive is made: copyright and changelog in Debian's form, man page and changelog compressed, the licence not twice.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
file(GLOB_RECURSE marks "${CPACK_TEMPORARY_DIRECTORY}/*/share/doc/jianbao/LICENSE")
list(LENGTH marks n)
if(NOT n EQUAL 1)
  message(FATAL_ERROR "the staged tree has ${n} folders share/doc/jianbao below ${CPACK_TEMPORARY_DIRECTORY}")
endif()
get_filename_component(doc "${marks}" DIRECTORY)
get_filename_component(share "${doc}/../.." ABSOLUTE)
file(REMOVE "${doc}/LICENSE" "${doc}/MIT-0.txt") # copyright holds both
file(COPY "${CMAKE_CURRENT_LIST_DIR}/debian/copyright" DESTINATION "${doc}"
     FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

set(JB_PACKAGE_MAINTAINER "${CPACK_PACKAGE_CONTACT}")
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(day "@$ENV{SOURCE_DATE_EPOCH}")
else()
  set(day "@0") # the same package from the same tree, whenever it is built
endif()
execute_process(COMMAND date -u -R -d "${day}" OUTPUT_VARIABLE JB_PACKAGE_DATE OUTPUT_STRIP_TRAILING_WHITESPACE
                RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "date: ${failed}")
endif()
configure_file("${CMAKE_CURRENT_LIST_DIR}/debian/changelog.in" "${doc}/changelog" @ONLY)
file(GLOB pages "${share}/man/man*/*.[0-9]")
foreach(file IN LISTS pages ITEMS "${doc}/changelog")
  execute_process(COMMAND gzip -9nf "${file}" RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "gzip ${file}: ${failed}")
  endif()
  file(CHMOD "${file}.gz" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endforeach()

# SPDX-License-Identifier: Apache-2.0
# What others build plugins with (find_package, pkg-config), and the .deb.
include(CMakePackageConfigHelpers)

# Paths in both files are relative to where they lie: an installation can be moved.
configure_package_config_file(cmake/jianbao-config.cmake.in "${CMAKE_BINARY_DIR}/jianbao-config.cmake"
  INSTALL_DESTINATION "${JB_INSTALL_CMAKEDIR}"
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR JB_INSTALL_PLUGINDIR
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# 0.x: a newer minor may change the comfort header and these functions; the plugin ABI has a number of its own.
write_basic_package_version_file("${CMAKE_BINARY_DIR}/jianbao-config-version.cmake"
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES "${CMAKE_BINARY_DIR}/jianbao-config.cmake" "${CMAKE_BINARY_DIR}/jianbao-config-version.cmake"
              cmake/jianbao-add-plugin.cmake cmake/jianbao-check-symbols.cmake cmake/jianbao-check-report.cmake
              cmake/jianbao-plugin.map
        DESTINATION "${JB_INSTALL_CMAKEDIR}")

string(REGEX REPLACE "[^/]+" ".." JB_PC_PREFIX "${JB_INSTALL_PKGCONFIGDIR}") # from there to the prefix
configure_file(cmake/jianbao-plugin.pc.in "${CMAKE_BINARY_DIR}/jianbao-plugin.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/jianbao-plugin.pc" DESTINATION "${JB_INSTALL_PKGCONFIGDIR}")

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME jianbao)
set(CPACK_PACKAGE_VENDOR "jianbao")
# Who answers for a package is who builds and publishes it; nobody is made up here.
set(JB_PACKAGE_MAINTAINER "local build <root@localhost>" CACHE STRING "Maintainer of the package: NAME <ADDRESS>")
set(CPACK_PACKAGE_CONTACT "${JB_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
    "A small host loads plugins (sources, metrics, sections, charts, renderers),
wires them from INI files, and turns tables into a briefing typeset by
GB/T 9704. Every figure is computed, checked and traceable.
.
The package holds what plugin authors need too: headers, templates, a
conformance kit, a guide in English and Chinese.")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/jianbao-deb.cmake")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION text)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-noto-cjk")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gcc, libc6-dev, cmake, make, pkg-config")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
include(CPack)

# SPDX-License-Identifier: Apache-2.0
# After the plugins: their index, the program's shared files in the build tree, and where all of it is installed.
#   build tree    B/jianbao      B/plugins                    B/share
#   installation  P/bin/jianbao  P/lib/jianbao/plugins        P/share/jianbao
# The program finds both from where it lies itself (core/plugin/search.c), so that an installation can be moved.
set(JB_PLUGIN_DIR "${CMAKE_BINARY_DIR}/plugins")
set(JB_SHARE_DIR "${CMAKE_BINARY_DIR}/share")
set(JB_INSTALL_PLUGINDIR "lib/jianbao/plugins" CACHE STRING "Where built-in plugins are installed, below the prefix")
if(IS_ABSOLUTE "${JB_INSTALL_PLUGINDIR}" OR JB_INSTALL_PLUGINDIR MATCHES "(^|/)\\.\\.(/|$)")
  message(FATAL_ERROR "JB_INSTALL_PLUGINDIR must lie below the prefix: the program looks for it from its own folder")
endif()
# Fixed by the layout above, whatever GNUInstallDirs says of lib: CMake and pkg-config look there on every system.
set(JB_INSTALL_CMAKEDIR "lib/cmake/jianbao")
set(JB_INSTALL_PKGCONFIGDIR "lib/pkgconfig")
set_source_files_properties("${PROJECT_SOURCE_DIR}/core/plugin/search.c" TARGET_DIRECTORY jb_core
  PROPERTIES COMPILE_DEFINITIONS "JB_INSTALLED_PLUGINS=\"../${JB_INSTALL_PLUGINDIR}\"")

# Plugins that belong to the program; those of the tests lie elsewhere.
get_property(targets GLOBAL PROPERTY JB_PLUGIN_TARGETS)
set(JB_BUILTIN_PLUGINS "")
foreach(target IN LISTS targets)
  get_target_property(dir ${target} LIBRARY_OUTPUT_DIRECTORY)
  if(dir STREQUAL JB_PLUGIN_DIR)
    list(APPEND JB_BUILTIN_PLUGINS ${target})
  endif()
endforeach()

# The index says which file offers which type, so that a run opens only what it uses. The loader refuses what
# others may write to, whatever the umask of the build was.
set(plugin_files "")
foreach(target IN LISTS JB_BUILTIN_PLUGINS)
  list(APPEND plugin_files "$<TARGET_FILE:${target}>")
endforeach()
add_custom_command(OUTPUT "${JB_PLUGIN_DIR}/index"
  COMMAND chmod go-w "${JB_PLUGIN_DIR}" ${plugin_files}
  COMMAND ${CMAKE_COMMAND} -E rm -f "${JB_PLUGIN_DIR}/index"
  COMMAND $<TARGET_FILE:jianbao> plugins index > "${JB_PLUGIN_DIR}/index.new"
  COMMAND ${CMAKE_COMMAND} -E rename "${JB_PLUGIN_DIR}/index.new" "${JB_PLUGIN_DIR}/index"
  DEPENDS jianbao ${JB_BUILTIN_PLUGINS}
  COMMENT "Index of the plugins" VERBATIM)
add_custom_target(jb_plugins ALL DEPENDS "${JB_PLUGIN_DIR}/index")

# jb_share_folder(NAME FOLDER): a folder that a command of the program copies, as share/NAME.
add_custom_target(jb_share ALL)
function(jb_share_folder name folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*")
  add_custom_command(OUTPUT "${JB_SHARE_DIR}/${name}.stamp"
    COMMAND ${CMAKE_COMMAND} -E rm -rf "${JB_SHARE_DIR}/${name}"
    COMMAND ${CMAKE_COMMAND} -E copy_directory "${PROJECT_SOURCE_DIR}/${folder}" "${JB_SHARE_DIR}/${name}"
    COMMAND ${CMAKE_COMMAND} -E touch "${JB_SHARE_DIR}/${name}.stamp"
    DEPENDS ${files} COMMENT "share/${name}" VERBATIM)
  add_custom_target(jb_share_${name} DEPENDS "${JB_SHARE_DIR}/${name}.stamp")
  add_dependencies(jb_share jb_share_${name})
  install(DIRECTORY "${folder}/" DESTINATION share/jianbao/${name})
endfunction()
jb_share_folder(init configs/init)                        # jianbao init
jb_share_folder(plugin-template samples/plugin-template) # jianbao new

# Whatever the umask of who installs: the loader refuses a folder that others may write to.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(TARGETS jianbao RUNTIME DESTINATION bin)
install(TARGETS ${JB_BUILTIN_PLUGINS} LIBRARY DESTINATION "${JB_INSTALL_PLUGINDIR}"
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
install(FILES "${JB_PLUGIN_DIR}/index" DESTINATION "${JB_INSTALL_PLUGINDIR}")
# An index older than a plugin is not believed, and stripping makes plugins younger.
install(CODE "file(TOUCH \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${JB_INSTALL_PLUGINDIR}/index\")")

install(DIRECTORY include/jianbao DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES docs/man/jianbao.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE LICENSES/MIT-0.txt DESTINATION share/doc/jianbao)
install(DIRECTORY docs/ DESTINATION share/doc/jianbao FILES_MATCHING PATTERN "*.md" PATTERN "*.png"
        PATTERN man EXCLUDE)
foreach(readme README.md README.zh-CN.md) # installed beside what it links to
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${readme}")
  file(READ "${readme}" text)
  string(REPLACE "](docs/" "](" text "${text}")
  file(WRITE "${CMAKE_BINARY_DIR}/installed/${readme}" "${text}")
  install(FILES "${CMAKE_BINARY_DIR}/installed/${readme}" DESTINATION share/doc/jianbao)
endforeach()
install(DIRECTORY samples/plugin-c samples/plugin-cpp samples/plugin-rust DESTINATION share/doc/jianbao/examples
        PATTERN build EXCLUDE PATTERN out EXCLUDE PATTERN "*.so" EXCLUDE) # what somebody made there

include(jianbao-package)

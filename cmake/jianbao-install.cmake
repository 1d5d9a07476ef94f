# SPDX-License-Identifier: Apache-2.0
# After the plugins: their index, the program's shared files in the build tree, and where all of it is installed.
#   build tree    B/jianbao      B/plugins                    B/share
#   installation  P/bin/jianbao  P/lib/jianbao/plugins        P/share/jianbao
# The program finds both from where it lies itself (core/plugin/search.c), so the paths below are fixed.
set(JB_PLUGIN_DIR "${CMAKE_BINARY_DIR}/plugins")
set(JB_SHARE_DIR "${CMAKE_BINARY_DIR}/share")

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

# share/init is what `jianbao init` copies.
add_custom_target(jb_share ALL)
file(GLOB_RECURSE init_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/configs/init/*")
if(init_files)
  add_custom_command(OUTPUT "${JB_SHARE_DIR}/init.stamp"
    COMMAND ${CMAKE_COMMAND} -E rm -rf "${JB_SHARE_DIR}/init"
    COMMAND ${CMAKE_COMMAND} -E copy_directory "${PROJECT_SOURCE_DIR}/configs/init" "${JB_SHARE_DIR}/init"
    COMMAND ${CMAKE_COMMAND} -E touch "${JB_SHARE_DIR}/init.stamp"
    DEPENDS ${init_files} COMMENT "Files of jianbao init" VERBATIM)
  add_custom_target(jb_share_init DEPENDS "${JB_SHARE_DIR}/init.stamp")
  add_dependencies(jb_share jb_share_init)
endif()

install(TARGETS jianbao RUNTIME DESTINATION bin)
install(FILES ${plugin_files} DESTINATION lib/jianbao/plugins
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
install(FILES "${JB_PLUGIN_DIR}/index" DESTINATION lib/jianbao/plugins) # last: it must not be older
install(DIRECTORY configs/init DESTINATION share/jianbao OPTIONAL)
install(DIRECTORY include/jianbao DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES docs/man/jianbao.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)

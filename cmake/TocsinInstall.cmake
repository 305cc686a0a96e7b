# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where. A package configures with -DCMAKE_INSTALL_PREFIX=/usr, so that the
# configuration lands in /etc/tocsin; with another prefix it lies below that and is named by --config.

set(data ${CMAKE_INSTALL_DATADIR}/tocsin)
install(TARGETS tocsin RUNTIME)
# What somebody may have edited is not installed over.
install(CODE "set(shipped \"${PROJECT_SOURCE_DIR}/config\")
  set(place \"${CMAKE_INSTALL_FULL_SYSCONFDIR}/tocsin\")" COMPONENT configuration)
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/install_configuration.cmake COMPONENT configuration)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/config/topics DESTINATION ${data} FILES_MATCHING PATTERN *.toml)
install(FILES ${PROJECT_SOURCE_DIR}/config/aliases.toml ${PROJECT_SOURCE_DIR}/config/house.filter.toml DESTINATION ${data})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/config/schemas DESTINATION ${data} FILES_MATCHING PATTERN *.json)
# The table is made by `tocsin topic background`, and a tree may be without one.
install(FILES ${PROJECT_SOURCE_DIR}/config/background.bin DESTINATION ${data} OPTIONAL)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The units name the program where this prefix puts it.
foreach(unit tocsin.service tocsin-plugin@.service)
  file(READ ${PROJECT_SOURCE_DIR}/systemd/${unit} text)
  string(REPLACE "/usr/bin/tocsin" "${CMAKE_INSTALL_FULL_BINDIR}/tocsin" text "${text}")
  file(WRITE ${PROJECT_BINARY_DIR}/systemd/${unit} "${text}")
  install(FILES ${PROJECT_BINARY_DIR}/systemd/${unit} DESTINATION lib/systemd/system)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/systemd/${unit})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/systemd/tocsin.sysusers DESTINATION lib/sysusers.d RENAME tocsin.conf)
install(FILES ${PROJECT_SOURCE_DIR}/systemd/tocsin.tmpfiles DESTINATION lib/tmpfiles.d RENAME tocsin.conf)

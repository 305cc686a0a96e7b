# SPDX-License-Identifier: Apache-2.0
# Run by `cmake --install` with `shipped` and `place`: installs the files that an administrator edits where
# they are missing. Those that are there stay, and what ships now lies beside them as NAME.new.

foreach(name tocsin.toml feeds.opml)
  set(installed "$ENV{DESTDIR}${place}/${name}")
  if(NOT EXISTS ${installed} AND NOT IS_SYMLINK ${installed})
    file(INSTALL ${shipped}/${name} DESTINATION ${place})
    continue()
  endif()
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${shipped}/${name} ${installed}
    RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
  if(differs)
    file(INSTALL ${shipped}/${name} DESTINATION ${place} RENAME ${name}.new)
    message(STATUS "Kept: ${installed}; what ships now is ${name}.new")
  else()
    file(REMOVE ${installed}.new)
  endif()
endforeach()

# One folder of daemon/ is one static library, and each library stands on a floor.
# A library may use only libraries of lower floors; breaking that stops the configure.
#
#   tocsin_library(feed FLOOR 1
#     SOURCES atom.cpp rss.cpp parse.cpp
#     USES base                     # other folders of daemon/
#     VENDOR pugixml::pugixml       # third-party targets, never seen by users of the library
#     PUBLIC_VENDOR tl::expected)   # the few whose types stand in the library's own headers
#
# Without SOURCES the library is its headers.

set(TOCSIN_WARNINGS_OFF "" CACHE STRING "warnings that a build goes without; a list")

add_library(tocsin_options INTERFACE)
target_compile_features(tocsin_options INTERFACE cxx_std_20)
target_compile_options(tocsin_options INTERFACE
  # Designated initialisers leave out what has a default; g++ 12 warns of each one left out.
  -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wold-style-cast -Wnull-dereference -Wdouble-promotion -Wformat=2
  $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wduplicated-branches>
  ${TOCSIN_WARNINGS_OFF})

set_property(GLOBAL PROPERTY TOCSIN_FLOOR_PLAN "")

function(tocsin_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FLOOR" "SOURCES;USES;VENDOR;PUBLIC_VENDOR")

  foreach(used IN LISTS arg_USES)
    get_property(used_floor GLOBAL PROPERTY TOCSIN_FLOOR_${used})
    if("${used_floor}" STREQUAL "")
      message(FATAL_ERROR "daemon/${name} uses '${used}', which is no library listed before it")
    elseif(NOT used_floor LESS arg_FLOOR)
      message(FATAL_ERROR
        "daemon/${name} stands on floor ${arg_FLOOR} and must not use ${used} on floor ${used_floor}")
    endif()
  endforeach()

  set_property(GLOBAL PROPERTY TOCSIN_FLOOR_${name} ${arg_FLOOR})
  list(JOIN arg_USES "," uses)
  set_property(GLOBAL APPEND PROPERTY TOCSIN_FLOOR_PLAN "${name}:${uses}")

  if(arg_SOURCES)
    add_library(tocsin_${name} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(tocsin_${name} PRIVATE ${arg_VENDOR})
  else()
    add_library(tocsin_${name} INTERFACE)
    set(scope INTERFACE)
    target_link_libraries(tocsin_${name} INTERFACE ${arg_VENDOR})
  endif()
  add_library(tocsin::${name} ALIAS tocsin_${name})
  target_link_libraries(tocsin_${name} ${scope} ${arg_PUBLIC_VENDOR})
  target_include_directories(tocsin_${name} ${scope} ${PROJECT_SOURCE_DIR}/daemon)
  list(TRANSFORM arg_USES PREPEND tocsin::)
  target_link_libraries(tocsin_${name} ${scope} tocsin_options ${arg_USES})
endfunction()

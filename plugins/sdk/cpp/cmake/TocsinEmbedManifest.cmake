# tocsin_embed_manifest(<target> <plugin.toml>) makes the manifest's text the constant `plugin_manifest` of
# the header "plugin/manifest.hpp", which the target's sources may include.
function(tocsin_embed_manifest target file)
  get_filename_component(path ${file} ABSOLUTE)
  file(READ ${path} text)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/manifest)
  file(CONFIGURE OUTPUT ${folder}/plugin/manifest.hpp @ONLY NEWLINE_STYLE UNIX CONTENT
[=[#pragma once

#include <string_view>

inline constexpr std::string_view plugin_manifest = R"toml(@text@)toml";
]=])
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

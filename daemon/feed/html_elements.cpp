// SPDX-License-Identifier: Apache-2.0
#include "feed/html_elements.hpp"

#include <array>
#include <cstddef>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

struct Known {
  std::string_view name;
  ElementKind kind;
};

using E = Known;
using K = ElementKind;

constexpr std::array elements{
    E{"a", K::phrase},       E{"abbr", K::phrase},      E{"acronym", K::phrase},
    E{"address", K::block},  E{"applet", K::hidden},    E{"area", K::phrase},
    E{"article", K::block},  E{"aside", K::block},      E{"audio", K::phrase},
    E{"b", K::phrase},       E{"base", K::phrase},      E{"basefont", K::phrase},
    E{"bdi", K::phrase},     E{"bdo", K::phrase},       E{"big", K::phrase},
    E{"blink", K::phrase},   E{"blockquote", K::block}, E{"body", K::block},
    E{"br", K::block},       E{"button", K::phrase},    E{"canvas", K::phrase},
    E{"caption", K::block},  E{"center", K::block},     E{"cite", K::phrase},
    E{"code", K::phrase},    E{"col", K::phrase},       E{"colgroup", K::phrase},
    E{"data", K::phrase},    E{"datalist", K::phrase},  E{"dd", K::block},
    E{"del", K::phrase},     E{"details", K::block},    E{"dfn", K::phrase},
    E{"dialog", K::block},   E{"dir", K::block},        E{"div", K::block},
    E{"dl", K::block},       E{"dt", K::block},         E{"em", K::phrase},
    E{"embed", K::phrase},   E{"fieldset", K::block},   E{"figcaption", K::block},
    E{"figure", K::block},   E{"font", K::phrase},      E{"footer", K::block},
    E{"form", K::block},     E{"frame", K::block},      E{"frameset", K::block},
    E{"h1", K::block},       E{"h2", K::block},         E{"h3", K::block},
    E{"h4", K::block},       E{"h5", K::block},         E{"h6", K::block},
    E{"head", K::block},     E{"header", K::block},     E{"hgroup", K::block},
    E{"hr", K::block},       E{"html", K::block},       E{"i", K::phrase},
    E{"iframe", K::block},   E{"img", K::phrase},       E{"input", K::phrase},
    E{"ins", K::phrase},     E{"kbd", K::phrase},       E{"label", K::phrase},
    E{"legend", K::block},   E{"li", K::block},         E{"link", K::phrase},
    E{"main", K::block},     E{"map", K::phrase},       E{"mark", K::phrase},
    E{"marquee", K::phrase}, E{"menu", K::block},       E{"meta", K::phrase},
    E{"meter", K::phrase},   E{"nav", K::block},        E{"nobr", K::phrase},
    E{"noframes", K::block}, E{"noscript", K::block},   E{"object", K::hidden},
    E{"ol", K::block},       E{"optgroup", K::block},   E{"option", K::block},
    E{"output", K::phrase},  E{"p", K::block},          E{"param", K::phrase},
    E{"picture", K::phrase}, E{"pre", K::block},        E{"progress", K::phrase},
    E{"q", K::phrase},       E{"rp", K::phrase},        E{"rt", K::phrase},
    E{"ruby", K::phrase},    E{"s", K::phrase},         E{"samp", K::phrase},
    E{"script", K::hidden},  E{"section", K::block},    E{"select", K::hidden},
    E{"small", K::phrase},   E{"source", K::phrase},    E{"span", K::phrase},
    E{"strike", K::phrase},  E{"strong", K::phrase},    E{"style", K::hidden},
    E{"sub", K::phrase},     E{"summary", K::block},    E{"sup", K::phrase},
    E{"svg", K::hidden},     E{"table", K::block},      E{"tbody", K::block},
    E{"td", K::block},       E{"template", K::hidden},  E{"textarea", K::hidden},
    E{"tfoot", K::block},    E{"th", K::block},         E{"thead", K::block},
    E{"time", K::phrase},    E{"title", K::block},      E{"tr", K::block},
    E{"track", K::phrase},   E{"tt", K::phrase},        E{"u", K::phrase},
    E{"ul", K::block},       E{"var", K::phrase},       E{"video", K::phrase},
    E{"wbr", K::phrase},
};

constexpr std::size_t slot_count = 512;      // four times the names, so that most stand alone
constexpr std::size_t longest_element = 10;  // "blockquote"

/// Spreads the names well: by both ends, the middle and the length, in lower case.
constexpr std::size_t slot_of(std::string_view name) {
  const auto at = [name](std::size_t place) {
    return static_cast<std::size_t>(static_cast<unsigned char>(to_lower(name[place])));
  };
  const std::size_t size = name.size();
  return (at(0) * 31 + at(size / 2) * 7 + at(size - 1) * 113 + size * 11) % slot_count;
}

/// Where in `elements` a slot's name stands, plus one; a name whose slot is taken goes to the next.
constexpr std::array<std::uint8_t, slot_count> make_slots() {
  static_assert(elements.size() < 255);
  std::array<std::uint8_t, slot_count> slots{};
  for (std::size_t i = 0; i < elements.size(); ++i) {
    std::size_t slot = slot_of(elements.at(i).name);
    while (slots.at(slot) != 0) slot = (slot + 1) % slot_count;
    slots.at(slot) = static_cast<std::uint8_t>(i + 1);
  }
  return slots;
}

constexpr std::array<std::uint8_t, slot_count> slots = make_slots();

}  // namespace

ElementKind kind_of_element(std::string_view name) {
  if (name.empty() || name.size() > longest_element) return ElementKind::unknown;
  for (std::size_t slot = slot_of(name); slots[slot] != 0; slot = (slot + 1) % slot_count) {
    const Known& known = elements[slots[slot] - 1U];
    if (equals_lower(name, known.name)) return known.kind;
  }
  return ElementKind::unknown;
}

}  // namespace tocsin::feed

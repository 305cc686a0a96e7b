// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "feed/ascii.hpp"
#include "feed/html_text.hpp"
#include "feed/limits.hpp"
#include "feed/vocabulary.hpp"
#include "feed/xml_text.hpp"

/// Who wrote it.
namespace tocsin::feed {
namespace {

bool is_in_address(char c) {
  return is_alnum(c) ||
         std::string_view{"!#$%&'*+-/=?^_`{|}~."}.find(c) != std::string_view::npos ||
         static_cast<unsigned char>(c) >= 0x80;
}

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The e-mail address around the first "@" that has a name before and a domain behind it.
Span address_in(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return {};
  Span span{.begin = at, .end = at + 1};
  while (span.begin > 0 && is_in_address(text[span.begin - 1])) --span.begin;
  while (span.end < text.size() && is_in_address(text[span.end])) ++span.end;
  if (span.begin == at || span.end == at + 1) return {};
  return span;
}

bool is_bracketed(std::string_view name) {
  return name.size() > 1 && ((name.front() == '(' && name.back() == ')') ||
                             (name.front() == '"' && name.back() == '"'));
}

/// What is left of "Name <>", "(Name)", "mailto: , Name" once the address is cut out.
std::string name_around(std::string_view text, Span address) {
  std::string rest{text.substr(0, address.begin)};
  if (rest.ends_with("mailto:")) rest.resize(rest.size() - 7);
  rest += ' ';
  rest += text.substr(address.end);
  for (const std::string_view empty : {"<>", "()", "[]", "< >", "( )", "[ ]", "<mailto: >"}) {
    if (const auto found = rest.find(empty); found != std::string::npos) {
      rest.erase(found, empty.size());
    }
  }
  std::string_view name = trimmed(rest);
  constexpr std::string_view joints = ",-:;|";
  while (!name.empty() && joints.find(name.back()) != std::string_view::npos) {
    name = trimmed(name.substr(0, name.size() - 1));
  }
  while (!name.empty() && joints.find(name.front()) != std::string_view::npos) {
    name = trimmed(name.substr(1));
  }
  while (is_bracketed(name)) name = trimmed(name.substr(1, name.size() - 2));
  return fold_space(name);
}

std::string without_mailto(std::string address) {
  if (starts_with_lower(address, "mailto:")) address.erase(0, 7);
  return address;
}

/// True for markup, or FOAF inside RDF, in place of name, email and uri.
bool is_described_elsewhere(const pugi::xml_node& node) {
  for (const pugi::xml_node& child : node.children()) {
    const std::string name = lower_copy(local_of(child.name()));
    for (const std::string_view known : {"name", "email", "uri", "url", "homepage"}) {
      if (name == known) return false;
    }
  }
  return true;
}

/// atom:author and its kin: children name, email and uri; RSS writes one line of text.
Person read_person(const Element& element) {
  if (!has_element_child(element.node)) {
    return person_from(title_to_text(value_of(element.node)));
  }
  if (is_described_elsewhere(element.node)) {
    return {.name = fold_space(html_to_text(inner_markup(element.node))), .email = {}, .url = {}};
  }
  Person person;
  Walk{element}.children(element.node, [&person](const Element& child) {
    const std::string_view name = child.name.local;
    if (equals_lower(name, "name")) person.name = title_to_text(value_of(child.node));
    if (equals_lower(name, "email")) person.email = without_mailto(value_of(child.node));
    if (equals_lower(name, "uri") || equals_lower(name, "url") || equals_lower(name, "homepage")) {
      person.url = child.base.resolve(value_of(child.node));
    }
  });
  return person;
}

void append(std::vector<Person>& people, Person person) {
  const bool is_empty = person.name.empty() && person.email.empty() && person.url.empty();
  if (!is_empty && people.size() < most_people) people.push_back(std::move(person));
}

template <std::vector<Person> PeopleDraft::*group>
void read_into(Draft& draft, const Element& element) {
  append(draft.people.*group, read_person(element));
}

void read_credit(Draft& draft, const Element& element) {
  const std::string_view role = attribute_of(element.node, "role");
  if (role.empty() || equals_lower(role, "author")) {
    append(draft.people.credit,
           {.name = title_to_text(value_of(element.node)), .email = {}, .url = {}});
  }
}

}  // namespace

Person person_from(std::string_view text) {
  text = trimmed(text);
  const Span address = address_in(text);
  if (address.end == 0) return {.name = std::string{text}, .email = {}, .url = {}};
  return {.name = name_around(text, address),
          .email = std::string{text.substr(address.begin, address.end - address.begin)},
          .url = {}};
}

void add_people_handlers(HandlerTable& table) {
  using enum Vocabulary;
  for (const Vocabulary vocabulary : {core, atom}) {
    table.add(vocabulary, "author", read_into<&PeopleDraft::own>);
  }
  table.add(core, "creator", read_into<&PeopleDraft::dc>);
  table.add(core, "managingeditor", read_into<&PeopleDraft::own>);
  table.add(core, "webmaster", read_into<&PeopleDraft::webmaster>);
  table.add(dc, "creator", read_into<&PeopleDraft::dc>);
  table.add(dc, "author", read_into<&PeopleDraft::dc>);
  table.add(dcterms, "creator", read_into<&PeopleDraft::dc>);
  table.add(itunes, "author", read_into<&PeopleDraft::itunes>);
  table.add(itunes, "owner", read_into<&PeopleDraft::owner>);
  table.add(media, "credit", read_credit);
}

}  // namespace tocsin::feed

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
  return is_alnum(c) || std::string_view{"!#$%&'*+-=?^_`{|}~."}.find(c) != std::string_view::npos ||
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
  while (text[span.end - 1] == '.') --span.end;  // the sentence's
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
  const bool says_nothing = name == "." || name == "!";  // behind an address
  return says_nothing ? std::string{} : fold_space(name);
}

std::string without_mailto(std::string address) {
  if (starts_with_lower(address, "mailto:")) address.erase(0, 7);
  return address;
}

/// RSS writes people on one line. It is parted only between addresses: names hold commas.
std::vector<std::string_view> people_in(std::string_view line) {
  constexpr std::size_t longest = 4096;  // looking for addresses at each comma is quadratic
  if (line.size() > longest) return {line};
  std::vector<std::string_view> people;
  const auto has_address = [](std::string_view text) {
    return address_in(text).end > 0;
  };
  for (std::size_t comma = line.find_first_of(",;");
       comma != line.npos && people.size() < most_people;
       comma = line.find_first_of(",;", comma + 1)) {
    if (!has_address(line.substr(0, comma)) || !has_address(line.substr(comma + 1))) continue;
    people.push_back(line.substr(0, comma));
    line.remove_prefix(comma + 1);
    comma = std::string_view::npos;
  }
  people.push_back(line);
  return people;
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

/// Plain text by Atom's rules, whose writers know what they have escaped.
std::string name_of(const Element& element) {
  const std::string name = value_of(element.node);
  return element.name.vocabulary == Vocabulary::atom ? fold_space(name) : title_to_text(name);
}

/// atom:author and its kin: children name, email and uri.
Person read_person(const Element& element) {
  if (is_described_elsewhere(element.node)) {
    return {.name = fold_space(html_to_text(inner_markup(element.node))), .email = {}, .url = {}};
  }
  Person person;
  Walk{element}.children(element.node, [&person](const Element& child) {
    const std::string_view name = child.name.local;
    if (equals_lower(name, "name")) person.name = name_of(child);
    if (equals_lower(name, "email")) person.email = without_mailto(value_of(child.node));
    if (equals_lower(name, "uri") || equals_lower(name, "url") || equals_lower(name, "homepage")) {
      const std::string url = value_of(child.node);
      if (!url.empty()) person.url = child.base.resolve(url);
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
  if (has_element_child(element.node)) return append(draft.people.*group, read_person(element));
  const std::string line = title_to_text(value_of(element.node));
  for (const std::string_view one : people_in(line)) append(draft.people.*group, person_from(one));
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
  if (looks_like_url(text))
    return {.name = std::string{text}, .email = {}, .url = std::string{text}};
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
